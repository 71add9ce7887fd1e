@org.jspecify.annotations.NullMarked
package jtorch.random;
