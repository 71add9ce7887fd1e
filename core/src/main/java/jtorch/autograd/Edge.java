package jtorch.autograd;

/// Where a gradient goes: into which output's slot of which node.
record Edge(GraphNode node, int output) {}
