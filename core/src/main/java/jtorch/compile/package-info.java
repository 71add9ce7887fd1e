/// `Torch.compile`: functions of tensors are traced once a signature, chains of element-wise operators become one loop.
@org.jspecify.annotations.NullMarked
package jtorch.compile;
