/// What a backend offers, and who may watch calls.
@org.jspecify.annotations.NullMarked
package jtorch.spi;
