/// Modules: layers, containers, losses, their initialisation.
@NullMarked
package jtorch.nn;

import org.jspecify.annotations.NullMarked;
