/// Where a program's time goes, as `torch.profiler`: operators with their times on the processor and on GPUs.
@NullMarked
package jtorch.profiler;

import org.jspecify.annotations.NullMarked;
