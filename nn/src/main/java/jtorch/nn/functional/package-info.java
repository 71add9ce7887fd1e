/// The functions behind the modules, stateless.
@NullMarked
package jtorch.nn.functional;

import org.jspecify.annotations.NullMarked;
