/// PyTorch's training programs of the golden folder, ported line by line.
@NullMarked
package jtorch.testing.training;

import org.jspecify.annotations.NullMarked;
