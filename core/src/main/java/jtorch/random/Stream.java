package jtorch.random;

/// What a generator's numbers come from, without locks: [Generator] holds one and guards it.
sealed interface Stream permits MersenneTwister, Philox {
  /// What was seeded with, all 64 bits.
  long seed();

  /// Starts anew.
  void seed(long seed);

  /// The same place in the same stream; from then on each goes its own way.
  Stream copy();

  /// The state as PyTorch's generator of that kind writes it.
  byte[] bytes();

  /// Goes on where a state was taken.
  ///
  /// @throws IllegalArgumentException if these bytes are not such a state; then nothing has changed
  void read(byte[] bytes);
}
