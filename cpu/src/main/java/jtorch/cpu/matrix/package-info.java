/// Matrix products and convolutions on raw addresses: through oneDNN where it is there, by the Java twins elsewhere.
@org.jspecify.annotations.NullMarked
package jtorch.cpu.matrix;
