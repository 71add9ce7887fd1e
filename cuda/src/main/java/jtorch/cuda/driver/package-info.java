/// What the backend needs of a device and a compiler, and NVIDIA's libraries that give it, found at run time.
@org.jspecify.annotations.NullMarked
package jtorch.cuda.driver;
