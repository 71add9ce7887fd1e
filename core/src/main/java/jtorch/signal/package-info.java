/// Signal processing: `torch.signal`.
@NullMarked
package jtorch.signal;

import org.jspecify.annotations.NullMarked;
