// Steps of optimizers in one pass over memory. Before this comes the type Element, which is float or double.

struct Arguments {
  u64 parameter, gradient, first, second, greatest;
  i64 count;
  Element sign, rate, decay, beta1, beta2, rest1, rest2, epsilon, step, root;
  i64 decoupled, nesterov, fresh;
};

// g += decay * p; b = beta1 * b + rest1 * g; p -= rate * b
KERNEL(sgd, Arguments) {
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    Element p = ((Element*) a.parameter)[i];
    Element g = a.sign * ((const Element*) a.gradient)[i];
    if (a.decay != 0) g += a.decay * p;
    if (a.first != 0) {
      Element* buffer = (Element*) a.first + i;
      Element b = a.fresh ? g : a.beta1 * *buffer + a.rest1 * g;
      *buffer = b;
      g = a.nesterov ? g + a.beta1 * b : b;
    }
    ((Element*) a.parameter)[i] = p - a.rate * g;
  }
}

// m += rest1 * (g - m); v = beta2 * v + rest2 * g * g; p -= step * m / (sqrt(v) / root + epsilon)
KERNEL(adam, Arguments) {
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    Element p = ((Element*) a.parameter)[i];
    Element g = a.sign * ((const Element*) a.gradient)[i];
    if (a.decay != 0) {
      if (a.decoupled) p *= 1 - a.rate * a.decay;
      else g += a.decay * p;
    }
    Element m = ((Element*) a.first)[i];
    Element v = ((Element*) a.second)[i];
    m += a.rest1 * (g - m);
    v = a.beta2 * v + a.rest2 * g * g;
    ((Element*) a.first)[i] = m;
    ((Element*) a.second)[i] = v;
    if (a.greatest != 0) {
      Element* most = (Element*) a.greatest + i;
      v = op_max(*most, v);
      *most = v;
    }
    ((Element*) a.parameter)[i] = p - a.step * (m / (op_sqrt(v) / a.root + a.epsilon));
  }
}
