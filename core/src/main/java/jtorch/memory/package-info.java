/// Native memory: addresses, storages, the caching allocator, scopes.
@org.jspecify.annotations.NullMarked
package jtorch.memory;
