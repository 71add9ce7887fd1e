/// Mixed precision in training, as `torch.amp`: losses scaled so that halves' gradients do not vanish.
@NullMarked
package jtorch.amp;

import org.jspecify.annotations.NullMarked;
