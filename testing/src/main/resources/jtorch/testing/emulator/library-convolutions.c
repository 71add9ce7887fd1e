// What stands in for cuDNN: the functions of its graph API that are used, as `cudnn_graph.h` declares them, for tensors
// in the processor's memory. Descriptors keep copies of what they are given, as the real ones do. Types, counts and
// whatever the documentation says that finalizing checks are checked; convolutions are computed by plain loops over
// strides.
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
  SUCCESS = 0, BAD_PARAM = 2000, NULL_POINTER = 2002, NOT_FINALIZED = 2004, ATTRIBUTE_TYPE = 2010,
  NOT_SUPPORTED = 3000, NOT_SUPPORTED_GRAPH = 3001
};
enum { HANDLE, DATA_TYPE, BOOLEAN, INT64, FLOAT, DOUBLE, POINTER, CONVOLUTION_MODE, HEUR_MODE, NUMERICAL_NOTE = 11,
  POINTWISE_MODE = 14, DESCRIPTOR = 15, BEHAVIOR_NOTE = 19 };
enum { POINTWISE, CONVOLUTION, ENGINE, CONFIG, HEURISTICS, PLAN, FORWARD = 10, FILTER, DATA, POINTWISE_OP,
  GRAPH = 15, PACK = 16, TENSOR = 17 };
enum { F32, F64, F16, BF16 = 9 };
enum { MOST = 8, ENGINES = 4 };

typedef struct { int64_t count, at[MOST]; } List;
typedef struct { int type; List sizes, strides; int64_t id, alignment; bool is_virtual; } Tensor;
typedef struct { int type, mode; int64_t spatial; List dilations, strides, post, pre; } Geometry;
typedef struct { int mode, type; } Pointwise;
typedef struct {
  int kind;
  Geometry geometry;
  Pointwise pointwise;
  Tensor x, w, y;
  double alpha, beta;
  int factors;
} Operation;
typedef struct { void* handle; int count; Operation at[2]; } Graph;
typedef struct { Graph graph; int engine; } Config;

typedef struct {
  int kind;
  bool finalized;
  uint64_t set;
  Tensor tensor;
  Geometry geometry;
  Pointwise pointwise;
  Operation operation;
  Graph graph;
  Config config;
  int mode;
  List ids, pointers;
  void* workspace;
} Descriptor;

typedef struct { int magic; void* stream; } Handle;

// ---- what tests ask and decide --------------------------------------------------------------------------------------

static int64_t alive, refused, runs[ENGINES];
static void* last_stream;
static char problem[512];

int64_t stand_in_alive(void) { return alive; }
int64_t stand_in_runs(int64_t engine) { int64_t n = runs[engine]; runs[engine] = 0; return n; }
int64_t stand_in_refuse(int64_t engines) { refused = engines; return 0; }
int64_t stand_in_stream(void) { return (int64_t) last_stream; }

static int wrong(int status, const char* text) {
  snprintf(problem, sizeof problem, "%s", text);
  return status;
}
#define NEEDS(condition, status) do { if (!(condition)) return wrong(status, #condition); } while (0)

// ---- handles --------------------------------------------------------------------------------------------------------

size_t cudnnGetVersion(void) { return 92400; }

// Made for a CUDA of which no machine has libraries.
size_t cudnnGetCudartVersion(void) { return 99000; }

const char* cudnnGetErrorString(int status) {
  return status == SUCCESS ? "CUDNN_STATUS_SUCCESS"
      : status / 1000 == 3 ? "CUDNN_STATUS_NOT_SUPPORTED" : "CUDNN_STATUS_BAD_PARAM";
}

void cudnnGetLastErrorString(char* message, size_t bytes) { snprintf(message, bytes, "%s", problem); }

int cudnnCreate(Handle** handle) {
  *handle = calloc(1, sizeof(Handle));
  (*handle)->magic = 42;
  return SUCCESS;
}

int cudnnDestroy(Handle* handle) {
  free(handle);
  return SUCCESS;
}

int cudnnSetStream(Handle* handle, void* stream) {
  NEEDS(handle && handle->magic == 42, BAD_PARAM);
  handle->stream = stream;
  return SUCCESS;
}

// ---- descriptors ----------------------------------------------------------------------------------------------------

int cudnnBackendCreateDescriptor(int kind, Descriptor** descriptor) {
  *descriptor = calloc(1, sizeof(Descriptor));
  (*descriptor)->kind = kind;
  alive++;
  return SUCCESS;
}

int cudnnBackendDestroyDescriptor(Descriptor* d) {
  memset(d, 0xee, sizeof *d);
  free(d);
  alive--;
  return SUCCESS;
}

static int numbers(List* into, int type, int64_t count, const void* from) {
  NEEDS(type == INT64, ATTRIBUTE_TYPE);
  NEEDS(count > 0 && count <= MOST, BAD_PARAM);
  into->count = count;
  memcpy(into->at, from, 8 * count);
  return SUCCESS;
}

// One element of a type.
static int one(void* into, int wanted, int bytes, int type, int64_t count, const void* from) {
  NEEDS(type == wanted, ATTRIBUTE_TYPE);
  NEEDS(count == 1, BAD_PARAM);
  memcpy(into, from, bytes);
  return SUCCESS;
}

static int descriptor(Descriptor** into, int kind, int type, int64_t count, const void* from) {
  int status = one(into, DESCRIPTOR, 8, type, count, from);
  if (status) return status;
  NEEDS(*into && ((*into)->kind == kind || kind < 0), BAD_PARAM);
  NEEDS((*into)->finalized, NOT_FINALIZED);
  return SUCCESS;
}

static int tensor(Tensor* into, int type, int64_t count, const void* from) {
  Descriptor* t;
  int status = descriptor(&t, TENSOR, type, count, from);
  if (!status) *into = t->tensor;
  return status;
}

static int factor(Operation* o, double* into, int type, int64_t count, const void* from) {
  NEEDS(type == FLOAT || type == DOUBLE, ATTRIBUTE_TYPE);
  NEEDS(count == 1, BAD_PARAM);
  o->factors = type;
  *into = type == FLOAT ? *(const float*) from : *(const double*) from;
  return SUCCESS;
}

static int set(Descriptor* d, int name, int type, int64_t count, const void* from) {
  Operation* o = &d->operation;
  Descriptor* other;
  int status;
  bool convolution = d->kind == FORWARD || d->kind == DATA || d->kind == FILTER;
  switch (name) {
    case 0:
      NEEDS(d->kind == POINTWISE, BAD_PARAM);
      return one(&d->pointwise.mode, POINTWISE_MODE, 4, type, count, from);
    case 1:
      NEEDS(d->kind == POINTWISE, BAD_PARAM);
      return one(&d->pointwise.type, DATA_TYPE, 4, type, count, from);
    case 200: NEEDS(d->kind == HEURISTICS, BAD_PARAM); return one(&d->mode, HEUR_MODE, 4, type, count, from);
    case 201:
      NEEDS(d->kind == HEURISTICS, BAD_PARAM);
      status = descriptor(&other, GRAPH, type, count, from);
      if (!status) d->graph = other->graph;
      return status;
    case 400: NEEDS(d->kind == PLAN, BAD_PARAM); return one(&d->graph.handle, HANDLE, 8, type, count, from);
    case 401:
      NEEDS(d->kind == PLAN, BAD_PARAM);
      status = descriptor(&other, CONFIG, type, count, from);
      if (!status) d->config = other->config;
      return status;
    case 800: NEEDS(d->kind == GRAPH, BAD_PARAM); return one(&d->graph.handle, HANDLE, 8, type, count, from);
    case 801:
      NEEDS(d->kind == GRAPH && count > 0 && count <= 2, BAD_PARAM);
      for (int i = 0; i < count; i++) {
        status = descriptor(&other, -1, type, 1, (Descriptor* const*) from + i);
        if (status) return status;
        NEEDS(other->kind >= FORWARD && other->kind <= POINTWISE_OP, BAD_PARAM);
        d->graph.at[i] = other->operation;
      }
      d->graph.count = count;
      return SUCCESS;
    case 1000: NEEDS(d->kind == PACK, BAD_PARAM); return numbers(&d->ids, type, count, from);
    case 1001:
      NEEDS(d->kind == PACK, BAD_PARAM);
      NEEDS(type == POINTER, ATTRIBUTE_TYPE);
      return numbers(&d->pointers, INT64, count, from);
    case 1003: NEEDS(d->kind == PACK, BAD_PARAM); return one(&d->workspace, POINTER, 8, type, count, from);
  }
  if (name >= 100 && name <= 106) {
    Geometry* g = &d->geometry;
    NEEDS(d->kind == CONVOLUTION, BAD_PARAM);
    return name == 100 ? one(&g->type, DATA_TYPE, 4, type, count, from)
        : name == 101 ? one(&g->mode, CONVOLUTION_MODE, 4, type, count, from)
        : name == 106 ? one(&g->spatial, INT64, 8, type, count, from)
        : numbers(name == 102 ? &g->dilations : name == 103 ? &g->strides : name == 104 ? &g->post : &g->pre, type,
            count, from);
  }
  if (name >= 700 && name <= 717) {
    static const int kinds[] = {FORWARD, DATA, FILTER};
    NEEDS(convolution && d->kind == kinds[(name - 700) / 6], BAD_PARAM);
    switch ((name - 700) % 6) {
      case 0: return factor(o, &o->alpha, type, count, from);
      case 1: return factor(o, &o->beta, type, count, from);
      case 2:
        status = descriptor(&other, CONVOLUTION, type, count, from);
        if (!status) o->geometry = other->geometry;
        return status;
    }
    // W, X, Y; W, DX, DY; DW, X, DY
    int place = (name - 700) % 6 - 3;
    return tensor(place == 0 ? &o->w : place == 1 ? &o->x : &o->y, type, count, from);
  }
  if (name >= 750 && name <= 753) {
    NEEDS(d->kind == POINTWISE_OP, BAD_PARAM);
    if (name > 750) return tensor(name == 751 ? &o->x : name == 752 ? &o->w : &o->y, type, count, from);
    status = descriptor(&other, POINTWISE, type, count, from);
    if (!status) o->pointwise = other->pointwise;
    return status;
  }
  if (name >= 900 && name <= 907) {
    Tensor* t = &d->tensor;
    NEEDS(d->kind == TENSOR, BAD_PARAM);
    return name == 900 ? one(&t->alignment, INT64, 8, type, count, from)
        : name == 901 ? one(&t->type, DATA_TYPE, 4, type, count, from)
        : name == 902 ? numbers(&t->sizes, type, count, from)
        : name == 903 ? numbers(&t->strides, type, count, from)
        : name == 906 ? one(&t->id, INT64, 8, type, count, from)
        : name == 907 ? one(&t->is_virtual, BOOLEAN, 1, type, count, from) : wrong(BAD_PARAM, "the attribute");
  }
  return wrong(BAD_PARAM, "the attribute");
}

// A bit for each attribute of a kind.
static uint64_t bit(int name) { return 1ull << (name >= 700 && name <= 717 ? (name - 700) % 6 : name % 50); }

int cudnnBackendSetAttribute(Descriptor* d, int name, int type, int64_t count, const void* from) {
  NEEDS(d && from, NULL_POINTER);
  NEEDS(!d->finalized, BAD_PARAM);
  int status = set(d, name, type, count, from);
  if (!status) d->set |= bit(name);
  return status;
}

static int element(int type) { return type == F64 ? 8 : type == F32 ? 4 : 2; }

static int check_tensor(Tensor* t) {
  NEEDS(t->type == F32 || t->type == F64 || t->type == F16 || t->type == BF16, NOT_SUPPORTED);
  NEEDS(t->sizes.count == t->strides.count, BAD_PARAM);
  NEEDS(t->alignment > 0 && t->alignment % element(t->type) == 0, BAD_PARAM);
  for (int i = 0; i < t->sizes.count; i++) NEEDS(t->sizes.at[i] > 0 && t->strides.at[i] > 0, BAD_PARAM);
  return SUCCESS;
}

static int check_convolution(Operation* o) {
  Geometry* g = &o->geometry;
  int64_t n = g->spatial + 2, *x = o->x.sizes.at, *w = o->w.sizes.at, *y = o->y.sizes.at;
  NEEDS(o->x.sizes.count == n && o->w.sizes.count == n && o->y.sizes.count == n, BAD_PARAM);
  NEEDS(x[0] == y[0], BAD_PARAM);
  NEEDS(x[1] % w[1] == 0 && y[1] == w[0] && w[0] % (x[1] / w[1]) == 0, BAD_PARAM);
  NEEDS(o->factors == (g->type == F64 ? DOUBLE : FLOAT), BAD_PARAM);
  for (int i = 2; i < n; i++) {
    int64_t room = x[i] + g->pre.at[i - 2] + g->post.at[i - 2] - g->dilations.at[i - 2] * (w[i] - 1) - 1;
    NEEDS(room >= 0 && y[i] == room / g->strides.at[i - 2] + 1, BAD_PARAM);
  }
  return SUCCESS;
}

static int check_sum(Operation* o) {
  NEEDS(o->pointwise.mode == 0 && o->pointwise.type == (o->y.type == F64 ? F64 : F32), NOT_SUPPORTED);
  NEEDS(o->x.sizes.count == o->y.sizes.count && o->w.sizes.count == o->y.sizes.count, BAD_PARAM);
  for (int i = 0; i < o->y.sizes.count; i++) {
    NEEDS(o->x.sizes.at[i] == o->y.sizes.at[i], BAD_PARAM);
    NEEDS(o->w.sizes.at[i] == o->y.sizes.at[i] || o->w.sizes.at[i] == 1, BAD_PARAM);
  }
  return SUCCESS;
}

static bool channels_last(const Tensor* t) { return t->strides.at[1] == 1 && t->sizes.at[1] > 1; }

// The engines: 0 cuts float32 to TF32 and needs addresses of 16 bytes, 1 gives other bits each run, 2 is compiled, 3 is
// for where no other can. Sums behind a convolution are known where channels lie innermost; float64 only where they do
// not.
static int check_graph(Graph* g) {
  NEEDS(g->handle && ((Handle*) g->handle)->magic == 42, BAD_PARAM);
  NEEDS(g->at[0].kind != POINTWISE_OP, NOT_SUPPORTED_GRAPH);
  if (g->count == 1) return SUCCESS;
  NEEDS(g->at[0].kind == FORWARD && g->at[1].kind == POINTWISE_OP, NOT_SUPPORTED_GRAPH);
  NEEDS(g->at[0].y.is_virtual && g->at[0].y.id == g->at[1].x.id && !g->at[1].y.is_virtual, BAD_PARAM);
  return SUCCESS;
}

static int check_plan(Descriptor* d) {
  NEEDS(d->graph.handle && ((Handle*) d->graph.handle)->magic == 42, BAD_PARAM);
  Operation* o = &d->config.graph.at[0];
  NEEDS((refused >> d->config.engine & 1) == 0, NOT_SUPPORTED);
  NEEDS(o->x.type != F64 || !channels_last(&o->x), NOT_SUPPORTED);
  if (d->config.engine == 0)
    NEEDS(o->x.type != F64 && o->x.alignment == 16 && o->w.alignment == 16 && o->y.alignment == 16, NOT_SUPPORTED);
  return SUCCESS;
}

static const uint64_t required[] = {
  [POINTWISE] = 3, [CONVOLUTION] = 0x7f, [HEURISTICS] = 3, [PLAN] = 3, [FORWARD] = 0x3f, [FILTER] = 0x3f, [DATA] = 0x3f,
  [POINTWISE_OP] = 0xf, [GRAPH] = 3, [PACK] = 0xb, [TENSOR] = 0x4f
};

int cudnnBackendFinalize(Descriptor* d) {
  NEEDS(d && d->kind != ENGINE && d->kind != CONFIG && !d->finalized, BAD_PARAM);
  NEEDS((d->set & required[d->kind]) == required[d->kind], BAD_PARAM);
  d->operation.kind = d->kind;
  Geometry* g = &d->geometry;
  int status = SUCCESS;
  switch (d->kind) {
    case TENSOR: status = check_tensor(&d->tensor); break;
    case CONVOLUTION:
      NEEDS(g->mode == 1, NOT_SUPPORTED);
      NEEDS(g->pre.count == g->spatial && g->post.count == g->spatial, BAD_PARAM);
      NEEDS(g->strides.count == g->spatial && g->dilations.count == g->spatial, BAD_PARAM);
      break;
    case FORWARD: case DATA: case FILTER: status = check_convolution(&d->operation); break;
    case POINTWISE_OP: status = check_sum(&d->operation); break;
    case GRAPH: status = check_graph(&d->graph); break;
    case HEURISTICS:
      NEEDS(d->graph.count == 1 || channels_last(&d->graph.at[1].y), NOT_SUPPORTED_GRAPH);
      break;
    case PLAN: status = check_plan(d); break;
    case PACK: NEEDS(d->ids.count == d->pointers.count, BAD_PARAM); break;
  }
  d->finalized = status == SUCCESS;
  return status;
}

static int64_t workspace(int engine) { return engine == 1 ? 64 : engine == 2 ? 4 << 20 : 0; }

int cudnnBackendGetAttribute(Descriptor* d, int name, int type, int64_t wanted, int64_t* count, void* into) {
  NEEDS(d && count, NULL_POINTER);
  NEEDS(d->finalized, NOT_FINALIZED);
  if (name == 202) {
    NEEDS(d->kind == HEURISTICS && type == DESCRIPTOR, ATTRIBUTE_TYPE);
    int first = d->mode == 2 ? 3 : 0, all = d->mode == 2 ? 1 : 3;
    *count = into ? wanted < all ? wanted : all : all;
    for (int i = 0; into && i < *count; i++) {
      Descriptor* c = ((Descriptor**) into)[i];
      NEEDS(c && c->kind == CONFIG && !c->finalized, BAD_PARAM);
      c->config = (Config) {d->graph, first + i};
      c->finalized = true;
    }
    return SUCCESS;
  }
  NEEDS(into, NULL_POINTER);
  *count = 1;
  if (name == 300) {
    NEEDS(d->kind == CONFIG && type == DESCRIPTOR && wanted == 1, ATTRIBUTE_TYPE);
    Descriptor* e = *(Descriptor**) into;
    NEEDS(e && e->kind == ENGINE && !e->finalized, BAD_PARAM);
    e->config = d->config;
    e->finalized = true;
    return SUCCESS;
  }
  if (name == 402) {
    NEEDS(d->kind == PLAN && type == INT64 && wanted == 1, ATTRIBUTE_TYPE);
    *(int64_t*) into = workspace(d->config.engine);
    return SUCCESS;
  }
  if (name == 1303 || name == 1305) {
    NEEDS(d->kind == ENGINE && type == (name == 1303 ? NUMERICAL_NOTE : BEHAVIOR_NOTE) && wanted > 0, ATTRIBUTE_TYPE);
    int engine = d->config.engine;
    int note = name == 1303 ? engine == 0 ? 0 : engine == 1 ? 4 : -1 : engine == 2 ? 0 : -1;
    *count = note >= 0;
    if (note >= 0) *(int*) into = note;
    return SUCCESS;
  }
  return wrong(BAD_PARAM, "the attribute");
}

// ---- numbers --------------------------------------------------------------------------------------------------------

static double number(const char* at, int type, int64_t i) {
  if (type == F64) return ((const double*) at)[i];
  if (type == F32) return ((const float*) at)[i];
  if (type == F16) return ((const _Float16*) at)[i];
  uint32_t bits = (uint32_t) ((const uint16_t*) at)[i] << 16;
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

static void store(char* at, int type, int64_t i, double value) {
  if (type == F64) ((double*) at)[i] = value;
  else if (type == F32) ((float*) at)[i] = (float) value;
  else if (type == F16) ((_Float16*) at)[i] = (_Float16) (float) value;
  else {
    float single = (float) value;
    uint32_t bits;
    memcpy(&bits, &single, 4);
    ((uint16_t*) at)[i] = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  }
}

// The 10 bits of the mantissa that TF32 keeps, rounded to the nearest.
static double cut(double value) {
  float single = (float) value;
  uint32_t bits;
  memcpy(&bits, &single, 4);
  bits = (bits + 0xfff + (bits >> 13 & 1)) & ~0x1fffu;
  memcpy(&single, &bits, 4);
  return single;
}

static int64_t product(const List* l) {
  int64_t all = 1;
  for (int i = 0; i < l->count; i++) all *= l->at[i];
  return all;
}

// The offset of the element with a number in the order of indices.
static int64_t offset(const Tensor* t, int64_t number) {
  int64_t at = 0;
  for (int i = t->sizes.count - 1; i >= 0; i--) {
    at += number % t->sizes.at[i] * t->strides.at[i];
    number /= t->sizes.at[i];
  }
  return at;
}

static char* pointer(const Descriptor* pack, const Tensor* t) {
  for (int i = 0; i < pack->ids.count; i++) {
    if (pack->ids.at[i] == t->id) return pack->pointers.at[i] % t->alignment == 0 ? (char*) pack->pointers.at[i] : NULL;
  }
  return NULL;
}

// Sums of products, in the order of the indices of what is wanted.
static double* convolve(const Operation* o, const char* x, const char* w, const char* y, bool tensor_float) {
  const Geometry* g = &o->geometry;
  const Tensor* result = o->kind == FORWARD ? &o->y : o->kind == DATA ? &o->x : &o->w;
  double* sums = calloc(product(&result->sizes), sizeof(double));
  int64_t per_group = o->w.sizes.at[1], outputs = o->w.sizes.at[0] / (o->x.sizes.at[1] / per_group);
  int64_t windows = product(&o->w.sizes) / o->w.sizes.at[0], places = product(&o->y.sizes);
  int n = g->spatial;
  for (int64_t place = 0; place < places; place++) {
    int64_t at[MOST], rest = place;
    for (int i = n + 1; i >= 0; i--) {
      at[i] = rest % o->y.sizes.at[i];
      rest /= o->y.sizes.at[i];
    }
    for (int64_t step = 0; step < windows; step++) {
      int64_t in[MOST], tap = step;
      bool inside = true;
      for (int i = n + 1; i >= 2; i--) {
        in[i] = at[i] * g->strides.at[i - 2] - g->pre.at[i - 2] + tap % o->w.sizes.at[i] * g->dilations.at[i - 2];
        inside = inside && in[i] >= 0 && in[i] < o->x.sizes.at[i];
        tap /= o->w.sizes.at[i];
      }
      if (!inside) continue;
      in[0] = at[0];
      in[1] = at[1] / outputs * per_group + tap;
      int64_t input = 0;
      for (int i = 0; i < n + 2; i++) input = input * o->x.sizes.at[i] + in[i];
      int64_t weight = at[1] * windows + step;
      double left = o->kind == DATA ? number(y, o->y.type, offset(&o->y, place))
          : number(x, o->x.type, offset(&o->x, input));
      double right = o->kind == FILTER ? number(y, o->y.type, offset(&o->y, place))
          : number(w, o->w.type, offset(&o->w, weight));
      sums[o->kind == FORWARD ? place : o->kind == DATA ? input : weight]
          += tensor_float ? cut(left) * cut(right) : left * right;
    }
  }
  return sums;
}

int cudnnBackendExecute(Handle* handle, Descriptor* plan, Descriptor* pack) {
  NEEDS(handle && handle->magic == 42 && plan && plan->kind == PLAN && pack && pack->kind == PACK, BAD_PARAM);
  NEEDS(plan->finalized && pack->finalized, NOT_FINALIZED);
  NEEDS((refused >> (plan->config.engine + 8) & 1) == 0, NOT_SUPPORTED);
  Graph* graph = &plan->config.graph;
  Operation* o = &graph->at[0];
  int engine = plan->config.engine;
  int64_t room = workspace(engine);
  NEEDS(room == 0 || pack->workspace, BAD_PARAM);
  if (room) memset(pack->workspace, 0xff, room);
  const Tensor* made = o->kind == FORWARD ? &o->y : o->kind == DATA ? &o->x : &o->w;
  const Tensor* last = graph->count == 2 ? &graph->at[1].y : made;
  char* x = pointer(pack, &o->x);
  char* w = pointer(pack, &o->w);
  char* y = pointer(pack, graph->count == 2 ? last : &o->y);
  NEEDS(x && w && y, BAD_PARAM);
  if (engine == 0) nanosleep(&(struct timespec) {0, 2000000}, NULL);
  double* sums = convolve(o, x, w, y, engine == 0 && o->x.type == F32);
  char* out = last == &o->x ? x : last == &o->w ? w : y;
  char* bias = graph->count == 2 ? pointer(pack, &graph->at[1].w) : NULL;
  NEEDS(graph->count == 1 || bias, BAD_PARAM);
  int64_t count = product(&last->sizes), inner = graph->count == 2 ? count / last->sizes.at[0] / last->sizes.at[1] : 0;
  for (int64_t i = 0; i < count; i++) {
    int64_t at = offset(last, i);
    double value = o->alpha * sums[i];
    if (o->beta != 0) value += o->beta * number(out, last->type, at);
    const Tensor* b = &graph->at[1].w;
    if (bias) value += number(bias, b->type, i / inner % last->sizes.at[1] * b->strides.at[1]);
    store(out, last->type, at, value);
  }
  free(sums);
  runs[engine]++;
  last_stream = handle->stream;
  return SUCCESS;
}
