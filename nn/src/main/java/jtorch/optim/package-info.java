/// Optimizers and learning rate schedules.
@NullMarked
package jtorch.optim;

import org.jspecify.annotations.NullMarked;
