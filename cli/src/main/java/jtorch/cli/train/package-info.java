/// `jtorch train` and `jtorch predict`: a network that reads handwritten digits, from the first weight to a picture of its
/// mistakes.
@org.jspecify.annotations.NullMarked
package jtorch.cli.train;
