/// Python's values for which Java has no type of its own, as they stand in checkpoints and states.
///
/// | Python | Java, in both directions |
/// |---|---|
/// | `None`, `bool`, `int`, `float`, `complex`, `str` | null, `Boolean`, `Long` or `BigInteger`, `Double`, [jtorch.Complex], `String` |
/// | `bytes`, `bytearray` | `byte[]`, `java.nio.ByteBuffer` |
/// | `list`, `dict`, `set` | `List`, `Map` and `Set` in order of insertion |
/// | `tuple`, `OrderedDict`, `Counter` | [Tuple], [OrderedDict], [Counter] |
/// | `torch.Tensor`, `torch.nn.Parameter` | [jtorch.Tensor] of any layout, `jtorch.nn.Parameter` |
/// | `torch.Size`, `torch.dtype`, `torch.device`, `torch.layout` | `long[]`, [jtorch.DType], [jtorch.Device], [jtorch.Layout] |
/// | storages | `jtorch.io.TypedStorage` |
/// | arrays of NumPy | [NumpyArray]; its scalars are Java's numbers |
/// | classes and functions by name, and objects of all other classes | [PythonClass], [PythonObject] |
@NullMarked
package jtorch.python;

import org.jspecify.annotations.NullMarked;
