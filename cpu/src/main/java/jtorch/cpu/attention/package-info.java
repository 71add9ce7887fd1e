/// Attention in blocks over queries and keys: nothing as large as their product is ever stored.
@NullMarked
package jtorch.cpu.attention;

import org.jspecify.annotations.NullMarked;
