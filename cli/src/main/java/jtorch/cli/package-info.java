/// The `jtorch` command: one class a subcommand.
@org.jspecify.annotations.NullMarked
package jtorch.cli;
