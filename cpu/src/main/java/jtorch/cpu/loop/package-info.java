/// Element-wise loops, compiled from scalar expressions.
///
/// [jtorch.cpu.loop.Loops] chooses, [jtorch.cpu.loop.LoopCompiler] writes the classes, whose code does nothing but call
/// the small functions of a [jtorch.cpu.loop.Vocabulary]: scalar or vector, one class for each type of number.
@org.jspecify.annotations.NullMarked
package jtorch.cpu.loop;
