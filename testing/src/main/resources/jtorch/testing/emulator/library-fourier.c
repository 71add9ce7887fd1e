// What stands in for cuFFT under test: its functions as `cufft.h` and `cufftXt.h` declare them, by plain sums. Work areas, and
// inputs that the documentation lets it change, are spoiled; plans that the real library refuses are refused.

typedef struct {
  int made, rank, from, to, automatic;
  long long n[3], in[3], out[3], stride[2], distance[2], batch;
  Stream stream;
  void* work;
} Plan;

static Plan plans[8192];

static Plan* plan_of(int handle) { return handle > 0 && handle < 8192 && plans[handle].made ? &plans[handle] : NULL; }

int cufftCreate(int* handle) {
  for (int i = 1; i < 8192; i++) {
    if (plans[i].made) continue;
    plans[i] = (Plan) {.made = 1, .automatic = 1};
    *handle = i;
    return 0;
  }
  return 2;
}

int cufftDestroy(int handle) {
  Plan* p = plan_of(handle);
  if (p == NULL) return 1;
  p->made = 0;
  return 0;
}

int cufftSetAutoAllocation(int handle, int automatic) {
  Plan* p = plan_of(handle);
  if (p == NULL) return 1;
  p->automatic = automatic;
  return 0;
}

int cufftSetStream(int handle, Stream stream) {
  Plan* p = plan_of(handle);
  if (p == NULL) return 1;
  p->stream = stream;
  return 0;
}

int cufftSetWorkArea(int handle, void* work) {
  Plan* p = plan_of(handle);
  if (p == NULL || work == NULL) return p == NULL ? 1 : 4;
  p->work = work;
  return 0;
}

int cufftXtMakePlanMany(int handle, int rank, long long* n, long long* inembed, long long istride, long long idist,
    int inputtype, long long* onembed, long long ostride, long long odist, int outputtype, long long batch,
    size_t* work_size, int executiontype) {
  Plan* p = plan_of(handle);
  if (p == NULL || p->automatic) return 1;
  int computed = inputtype == C_16F || inputtype == C_32F || inputtype == C_64F ? inputtype : outputtype;
  if (executiontype != computed) return 3;
  if (rank < 1 || rank > 3 || batch < 1 || istride < 1 || ostride < 1) return 4;
  p->rank = rank;
  p->from = inputtype;
  p->to = outputtype;
  for (int i = 0; i < rank; i++) {
    int last = i == rank - 1;
    int half_in = last && (outputtype == R_16F || outputtype == R_32F || outputtype == R_64F);
    int half_out = last && (inputtype == R_16F || inputtype == R_32F || inputtype == R_64F);
    long long least_in = half_in ? n[i] / 2 + 1 : n[i], least_out = half_out ? n[i] / 2 + 1 : n[i];
    if (n[i] < 1 || (i > 0 && (inembed[i] < least_in || onembed[i] < least_out))) return 8;
    if (executiontype == C_16F && (n[i] & (n[i] - 1))) return 8;
    p->n[i] = n[i];
    p->in[i] = inembed[i];
    p->out[i] = onembed[i];
  }
  p->stride[0] = istride;
  p->stride[1] = ostride;
  p->distance[0] = idist;
  p->distance[1] = odist;
  p->batch = batch;
  *work_size = 64;
  return 0;
}

static long long place(const Plan* p, int side, long long b, long long x, long long y, long long z) {
  const long long* embed = side ? p->out : p->in;
  long long at = p->rank == 1 ? z : p->rank == 2 ? y * embed[1] + z : (x * embed[1] + y) * embed[2] + z;
  return b * p->distance[side] + at * p->stride[side];
}

// Along one dimension of a dense x * y * z grid.
static void dft(Z* grid, const long long* n, int dim, int sign) {
  long long step = dim == 2 ? 1 : dim == 1 ? n[2] : n[1] * n[2];
  long long length = n[dim], all = n[0] * n[1] * n[2];
  Z* line = malloc(sizeof(Z) * length);
  for (long long start = 0; start < all; start++) {
    if (start / step % length != 0) continue;
    for (long long k = 0; k < length; k++) {
      line[k] = 0;
      for (long long j = 0; j < length; j++)
        line[k] += grid[start + j * step] * cexp(sign * 2 * M_PI * I * (double) (j * k % length) / (double) length);
    }
    for (long long k = 0; k < length; k++) grid[start + k * step] = line[k];
  }
  free(line);
}

int cufftXtExec(int handle, void* input, void* output, int direction) {
  Plan* p = plan_of(handle);
  if (p == NULL || p->rank == 0) return 1;
  if (p->work == NULL) return 13;
  if (direction != -1 && direction != 1) return 4;
  memset(p->work, 0x7f, 64);
  int real_in = p->from < C_32F && p->from != C_16F, real_out = p->to < C_32F && p->to != C_16F;
  if (real_in && (uintptr_t) input % (2 * size_of(p->from)) != 0) return 9;
  long long n[3] = {1, 1, 1};
  for (int i = 0; i < p->rank; i++) n[3 - p->rank + i] = p->n[i];
  int sign = real_in ? -1 : real_out ? 1 : direction;
  long long half = n[2] / 2 + 1, all = n[0] * n[1] * n[2];
  Z* grid = malloc(sizeof(Z) * all);
  for (long long b = 0; b < p->batch; b++) {
    for (long long x = 0; x < n[0]; x++)
      for (long long y = 0; y < n[1]; y++)
        for (long long z = 0; z < n[2]; z++)
          grid[(x * n[1] + y) * n[2] + z] = real_out && z >= half ? 0 : get(p->from, input, place(p, 0, b, x, y, z));
    dft(grid, n, 0, sign);
    dft(grid, n, 1, sign);
    if (real_out) {
      // The other half of the last dimension are conjugates of this one.
      for (long long line = 0; line < n[0] * n[1]; line++) {
        Z* row = grid + line * n[2];
        row[0] = creal(row[0]);
        if (n[2] % 2 == 0) row[n[2] / 2] = creal(row[n[2] / 2]);
        for (long long z = half; z < n[2]; z++) row[z] = conj(row[n[2] - z]);
      }
      for (long long x = 0; x < n[0]; x++)
        for (long long y = 0; y < n[1]; y++)
          for (long long z = 0; z < half; z++) put(p->from, input, place(p, 0, b, x, y, z), NAN);
    }
    dft(grid, n, 2, sign);
    for (long long x = 0; x < n[0]; x++)
      for (long long y = 0; y < n[1]; y++)
        for (long long z = 0; z < (real_in ? half : n[2]); z++)
          put(p->to, output, place(p, 1, b, x, y, z), grid[(x * n[1] + y) * n[2] + z]);
  }
  free(grid);
  return 0;
}
