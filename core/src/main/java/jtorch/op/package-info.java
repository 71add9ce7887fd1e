/// Operators as data: declarations by topic, the one gate, the registry.
@org.jspecify.annotations.NullMarked
package jtorch.op;
