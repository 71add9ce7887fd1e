/// Files: PyTorch's checkpoints, safetensors and JSON, bytes to tensors and back.
@NullMarked
package jtorch.io;

import org.jspecify.annotations.NullMarked;
