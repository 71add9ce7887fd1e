/// Python's values for which Java has no type of its own, as they stand in checkpoints and states.
@NullMarked
package jtorch.python;

import org.jspecify.annotations.NullMarked;
