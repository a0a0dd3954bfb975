/* The call from Python to a loaded kernel: one extension module for every kernel.
 *
 * A Method takes a call that is plainly right: arrays that are NumPy's own, of the expected dtype, shape and
 * order, of which none that is written shares memory with another. It finds their addresses, allocates the
 * results that are not given and runs the passes. Every other call it hands on, as it came, to the method in
 * Python, which decides, and has the words for what is wrong. So there is no error in this file but for want
 * of memory, and nothing that it takes would be refused there.
 *
 * Objects are made by convgen alone and do not change afterwards. What the interpreter's lock protects is
 * the list of scratch memory at hand. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>
#include <structmember.h>

#define NPY_NO_DEPRECATED_API NPY_1_7_API_VERSION
#include <numpy/arrayobject.h>

enum {
    MOST_ARRAYS = 8,
    MOST_AXES = 8,
    MOST_PASSES = 4,
    MOST_POINTERS = 5,
    ALIGNMENT = 64
};

/* ---- Pass: a C function, and the scratch memory that it is given ------------------------------------- */

typedef struct Piece {
    struct Piece *next;
    char *memory;
} Piece;

typedef struct {
    PyObject_HEAD
    void (*function)(void);
    Py_ssize_t arrays;
    Py_ssize_t scratch_bytes;
    int is_long;
    Piece *spare;
    PyObject *owner;
} Pass;

static PyObject *pass_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"address", "arrays", "scratch_bytes", "is_long", "owner", NULL};
    PyObject *address, *owner;
    Py_ssize_t arrays, scratch_bytes;
    int is_long;
    if (!PyArg_ParseTupleAndKeywords(
            args, keywords, "OnnpO", names, &address, &arrays, &scratch_bytes, &is_long, &owner))
        return NULL;
    void *function = PyLong_AsVoidPtr(address);
    if (PyErr_Occurred())
        return NULL;
    if (!function || scratch_bytes < 0 || arrays < 2 || arrays + (scratch_bytes > 0) > MOST_POINTERS)
        return PyErr_Format(PyExc_ValueError, "no pass has %zd arrays", arrays);
    Pass *self = (Pass *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    memcpy(&self->function, &function, sizeof function);
    self->arrays = arrays;
    self->scratch_bytes = scratch_bytes;
    self->is_long = is_long;
    self->owner = Py_NewRef(owner);
    return (PyObject *)self;
}

static void pass_dealloc(PyObject *object)
{
    Pass *self = (Pass *)object;
    while (self->spare) {
        Piece *piece = self->spare;
        self->spare = piece->next;
        PyMem_RawFree(piece);
    }
    Py_XDECREF(self->owner);
    Py_TYPE(object)->tp_free(object);
}

/* A piece that no other call is using: as many are made as calls were ever inside the pass together. */
static Piece *take(Pass *self)
{
    Piece *piece = self->spare;
    if (piece) {
        self->spare = piece->next;
        return piece;
    }
    piece = PyMem_RawMalloc(sizeof *piece + ALIGNMENT + (size_t)self->scratch_bytes);
    if (piece) {
        char *end = (char *)(piece + 1);
        piece->memory = end + (ALIGNMENT - (uintptr_t)end % ALIGNMENT) % ALIGNMENT;
    } else
        PyErr_NoMemory();
    return piece;
}

static void give_back(Pass *self, Piece *piece)
{
    piece->next = self->spare;
    self->spare = piece;
}

typedef void function2(void *, void *);
typedef void function3(void *, void *, void *);
typedef void function4(void *, void *, void *, void *);
typedef void function5(void *, void *, void *, void *, void *);

static void run(const Pass *self, void **p)
{
    switch (self->arrays + (self->scratch_bytes > 0)) {
    case 2:
        ((function2 *)self->function)(p[0], p[1]);
        break;
    case 3:
        ((function3 *)self->function)(p[0], p[1], p[2]);
        break;
    case 4:
        ((function4 *)self->function)(p[0], p[1], p[2], p[3]);
        break;
    case 5:
        ((function5 *)self->function)(p[0], p[1], p[2], p[3], p[4]);
        break;
    }
}

static PyTypeObject PassType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "convgen_call.Pass",
    .tp_doc = "A C function and the scratch memory that it is given.",
    .tp_basicsize = sizeof(Pass),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = pass_new,
    .tp_dealloc = pass_dealloc,
};

/* ---- Method: what Python calls ------------------------------------------------------------------------ */

typedef struct {
    PyArray_Descr *dtype;
    int axes;
    npy_intp shape[MOST_AXES];
    uintptr_t bytes;
} Expected;

typedef struct {
    Pass *pass;
    int pointers[MOST_POINTERS];
} Step;

/* Arrays are numbered: inputs, then outputs, then those that stay the same from call to call. */
typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    Py_ssize_t inputs, outputs, constants, steps, results;
    PyObject *names[MOST_ARRAYS];
    Expected expected[MOST_ARRAYS];
    void *constant[MOST_ARRAYS];
    Step step[MOST_PASSES];
    int is_long;
    PyObject *owner;
    PyObject *fallback;
} Method;

static PyObject *OUT;

/* The memory of an array that is plainly right; NULL for any other object. */
static char *memory_of(PyObject *object, const Expected *expected, int wanted)
{
    if (Py_TYPE(object) != &PyArray_Type)
        return NULL;
    PyArrayObject *array = (PyArrayObject *)object;
    /* The sign marks an array about whose writing NumPy warns. */
    const int flags = PyArray_FLAGS(array) & (wanted | (wanted & NPY_ARRAY_WRITEABLE ? INT_MIN : 0));
    if (flags != wanted || PyArray_NDIM(array) != expected->axes)
        return NULL;
    const PyArray_Descr *dtype = PyArray_DESCR(array); /* nearly always the very same */
    if (dtype != expected->dtype
        && (dtype->type_num != expected->dtype->type_num || !PyArray_ISNOTSWAPPED(array)))
        return NULL;
    const npy_intp *shape = PyArray_DIMS(array);
    for (int axis = 0; axis < expected->axes; ++axis)
        if (shape[axis] != expected->shape[axis])
            return NULL;
    return PyArray_BYTES(array);
}

/* Where the objects of a call belong; 0 for one that is not plainly right. */
static int placed(const Method *self, PyObject **given, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    PyObject *out = NULL;
    if (count > self->inputs)
        return 0;
    for (Py_ssize_t i = 0; i < count; ++i)
        given[i] = args[i];
    for (Py_ssize_t k = 0; keywords && k < PyTuple_GET_SIZE(keywords); ++k) {
        PyObject *name = PyTuple_GET_ITEM(keywords, k);
        Py_ssize_t i = count;
        if (name == OUT) {
            out = args[count + k];
            continue;
        }
        while (i < self->inputs && self->names[i] != name)
            ++i;
        if (i == self->inputs)
            return 0;
        given[i] = args[count + k];
    }
    for (Py_ssize_t i = 0; i < self->inputs; ++i)
        if (!given[i])
            return 0;
    if (!out || out == Py_None)
        return 1;
    if (!self->results) {
        given[self->inputs] = out;
        return 1;
    }
    if (!PyTuple_CheckExact(out) || PyTuple_GET_SIZE(out) != self->results)
        return 0;
    for (Py_ssize_t i = 0; i < self->results; ++i) {
        PyObject *result = PyTuple_GET_ITEM(out, i);
        if (result == Py_None)
            continue;
        if (i >= self->outputs)
            return 0;
        given[self->inputs + i] = result;
    }
    return 1;
}

/* Whether a result that was given shares memory with anything else of the call. */
static int overlap(const Method *self, char *const *memory)
{
    const Py_ssize_t end = self->inputs + self->outputs;
    for (Py_ssize_t later = self->inputs; later < end; ++later) {
        const uintptr_t start = (uintptr_t)memory[later];
        if (!start)
            continue;
        for (Py_ssize_t other = 0; other < end + self->constants; ++other) {
            const uintptr_t begin = (uintptr_t)memory[other];
            if (begin && (other < later || other >= end) && start < begin + self->expected[other].bytes
                && begin < start + self->expected[later].bytes)
                return 1;
        }
    }
    return 0;
}

/* Runs the passes; all scratch memory is had before the first of them writes. */
static int compute(const Method *self, char *const *memory)
{
    void *pointers[MOST_PASSES][MOST_POINTERS];
    Piece *pieces[MOST_PASSES] = {NULL};
    Py_ssize_t ready = 0;
    for (; ready < self->steps; ++ready) {
        const Step *step = &self->step[ready];
        for (Py_ssize_t i = 0; i < step->pass->arrays; ++i)
            pointers[ready][i] = memory[step->pointers[i]];
        if (step->pass->scratch_bytes) {
            pieces[ready] = take(step->pass);
            if (!pieces[ready])
                break;
            pointers[ready][step->pass->arrays] = pieces[ready]->memory;
        }
    }
    if (ready == self->steps) {
        PyThreadState *state = self->is_long ? PyEval_SaveThread() : NULL;
        for (Py_ssize_t i = 0; i < self->steps; ++i)
            run(self->step[i].pass, pointers[i]);
        if (state)
            PyEval_RestoreThread(state);
    }
    for (Py_ssize_t i = 0; i < ready; ++i)
        if (pieces[i])
            give_back(self->step[i].pass, pieces[i]);
    return ready == self->steps;
}

static PyObject *method_call(PyObject *object, PyObject *const *args, size_t count, PyObject *keywords)
{
    const Method *self = (const Method *)object;
    PyObject *given[MOST_ARRAYS] = {NULL};
    char *memory[MOST_ARRAYS] = {NULL};
    PyObject **results = given + self->inputs;
    const Py_ssize_t arrays = self->inputs + self->outputs;
    if (!placed(self, given, args, PyVectorcall_NARGS(count), keywords))
        goto hand_on;
    for (Py_ssize_t i = 0; i < arrays; ++i) {
        const int wanted = i < self->inputs ? NPY_ARRAY_CARRAY_RO : NPY_ARRAY_CARRAY;
        if (given[i] && !(memory[i] = memory_of(given[i], &self->expected[i], wanted)))
            goto hand_on;
    }
    for (Py_ssize_t i = 0; i < self->constants; ++i)
        memory[arrays + i] = self->constant[i];
    if (overlap(self, memory))
        goto hand_on;

    Py_ssize_t made = 0;
    for (; made < self->outputs; ++made) {
        const Py_ssize_t i = self->inputs + made;
        const Expected *expected = &self->expected[i];
        if (given[i]) {
            Py_INCREF(given[i]);
            continue;
        }
        Py_INCREF(expected->dtype); /* the new array takes this reference */
        given[i] = PyArray_NewFromDescr(
            &PyArray_Type, expected->dtype, expected->axes, expected->shape, NULL, NULL, 0, NULL);
        if (!given[i])
            goto failed;
        memory[i] = PyArray_BYTES((PyArrayObject *)given[i]);
    }
    if (!compute(self, memory))
        goto failed;
    if (!self->results)
        return results[0];
    PyObject *found = PyTuple_New(self->results);
    if (!found)
        goto failed;
    for (Py_ssize_t i = 0; i < self->results; ++i)
        PyTuple_SET_ITEM(found, i, i < self->outputs ? results[i] : Py_NewRef(Py_None));
    return found;

failed:
    while (made--)
        Py_DECREF(results[made]);
    return NULL;

hand_on:
    return PyObject_Vectorcall(self->fallback, args, count, keywords);
}

static void method_dealloc(PyObject *object)
{
    Method *self = (Method *)object;
    for (int i = 0; i < MOST_ARRAYS; ++i) {
        Py_XDECREF(self->names[i]);
        Py_XDECREF(self->expected[i].dtype);
    }
    for (int i = 0; i < MOST_PASSES; ++i)
        Py_XDECREF(self->step[i].pass);
    Py_XDECREF(self->owner);
    Py_XDECREF(self->fallback);
    Py_TYPE(object)->tp_free(object);
}

static int read_expected(Expected *expected, PyObject *given)
{
    int type;
    PyObject *shape;
    Py_ssize_t bytes;
    if (!PyArg_ParseTuple(given, "inO!", &type, &bytes, &PyTuple_Type, &shape))
        return 0;
    if (PyTuple_GET_SIZE(shape) > MOST_AXES) {
        PyErr_Format(PyExc_ValueError, "no array has %zd axes", PyTuple_GET_SIZE(shape));
        return 0;
    }
    expected->dtype = PyArray_DescrFromType(type);
    if (!expected->dtype)
        return 0;
    expected->axes = (int)PyTuple_GET_SIZE(shape);
    expected->bytes = (uintptr_t)bytes;
    for (int axis = 0; axis < expected->axes; ++axis) {
        expected->shape[axis] = PyLong_AsSsize_t(PyTuple_GET_ITEM(shape, axis));
        if (PyErr_Occurred())
            return 0;
    }
    return 1;
}

static int read_step(Method *self, Step *step, PyObject *given)
{
    Pass *pass;
    PyObject *places;
    if (!PyArg_ParseTuple(given, "O!O!", &PassType, &pass, &PyTuple_Type, &places))
        return 0;
    if (PyTuple_GET_SIZE(places) != pass->arrays) {
        PyErr_Format(PyExc_ValueError, "%zd places for %zd arrays", PyTuple_GET_SIZE(places), pass->arrays);
        return 0;
    }
    step->pass = (Pass *)Py_NewRef((PyObject *)pass);
    self->is_long |= pass->is_long;
    for (Py_ssize_t i = 0; i < pass->arrays; ++i) {
        const long place = PyLong_AsLong(PyTuple_GET_ITEM(places, i));
        if (PyErr_Occurred())
            return 0;
        if (place < 0 || place >= self->inputs + self->outputs + self->constants) {
            PyErr_Format(PyExc_ValueError, "there is no array %ld", place);
            return 0;
        }
        step->pointers[i] = (int)place;
    }
    return 1;
}

static int read_constant(Method *self, Py_ssize_t i, PyObject *given)
{
    PyObject *address;
    Py_ssize_t bytes;
    if (!PyArg_ParseTuple(given, "On", &address, &bytes))
        return 0;
    self->constant[i] = PyLong_AsVoidPtr(address);
    self->expected[self->inputs + self->outputs + i].bytes = (uintptr_t)bytes;
    return !PyErr_Occurred();
}

static PyObject *method_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *words[] = {"names",   "inputs", "outputs", "constants", "steps",
                            "results", "owner",  "fallback", NULL};
    PyObject *names, *inputs, *outputs, *constants, *steps, *owner, *fallback;
    Py_ssize_t results;
    if (!PyArg_ParseTupleAndKeywords(
            args, keywords, "O!O!O!O!O!nOO", words, &PyTuple_Type, &names, &PyTuple_Type, &inputs,
            &PyTuple_Type, &outputs, &PyTuple_Type, &constants, &PyTuple_Type, &steps, &results, &owner,
            &fallback))
        return NULL;
    const Py_ssize_t read = PyTuple_GET_SIZE(inputs), written = PyTuple_GET_SIZE(outputs);
    if (PyTuple_GET_SIZE(names) != read || read + written + PyTuple_GET_SIZE(constants) > MOST_ARRAYS
        || PyTuple_GET_SIZE(steps) > MOST_PASSES || written < 1 || (results ? written > results : written > 1))
        return PyErr_Format(PyExc_ValueError, "no method has %zd inputs and %zd outputs", read, written);
    Method *self = (Method *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    self->vectorcall = method_call;
    self->inputs = read;
    self->outputs = written;
    self->constants = PyTuple_GET_SIZE(constants);
    self->steps = PyTuple_GET_SIZE(steps);
    self->results = results;
    self->owner = Py_NewRef(owner);
    self->fallback = Py_NewRef(fallback);
    for (Py_ssize_t i = 0; i < read; ++i) {
        self->names[i] = Py_NewRef(PyTuple_GET_ITEM(names, i));
        PyUnicode_InternInPlace(&self->names[i]);
        if (!read_expected(&self->expected[i], PyTuple_GET_ITEM(inputs, i)))
            goto failed;
    }
    for (Py_ssize_t i = 0; i < written; ++i)
        if (!read_expected(&self->expected[read + i], PyTuple_GET_ITEM(outputs, i)))
            goto failed;
    for (Py_ssize_t i = 0; i < self->constants; ++i)
        if (!read_constant(self, i, PyTuple_GET_ITEM(constants, i)))
            goto failed;
    for (Py_ssize_t i = 0; i < self->steps; ++i)
        if (!read_step(self, &self->step[i], PyTuple_GET_ITEM(steps, i)))
            goto failed;
    return (PyObject *)self;

failed:
    Py_DECREF(self);
    return NULL;
}

/* A name, a text of help and whatever else is asked of it are those of the method in Python. */
static PyObject *method_of_fallback(PyObject *object, void *name)
{
    return PyObject_GetAttrString(((Method *)object)->fallback, name);
}

static PyObject *method_repr(PyObject *object)
{
    return PyUnicode_FromFormat("<compiled %R>", ((Method *)object)->fallback);
}

static PyGetSetDef method_getset[] = {
    {"__doc__", method_of_fallback, NULL, NULL, "__doc__"},
    {"__name__", method_of_fallback, NULL, NULL, "__name__"},
    {"__qualname__", method_of_fallback, NULL, NULL, "__qualname__"},
    {"__module__", method_of_fallback, NULL, NULL, "__module__"},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMemberDef method_members[] = {
    {"__wrapped__", T_OBJECT, offsetof(Method, fallback), READONLY, "The method in Python."},
    {NULL, 0, 0, 0, NULL},
};

static PyTypeObject MethodType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "convgen_call.Method",
    .tp_basicsize = sizeof(Method),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_vectorcall_offset = offsetof(Method, vectorcall),
    .tp_call = PyVectorcall_Call,
    .tp_new = method_new,
    .tp_dealloc = method_dealloc,
    .tp_repr = method_repr,
    .tp_getset = method_getset,
    .tp_members = method_members,
};

/* ---- the module --------------------------------------------------------------------------------------- */

static int prepare(PyObject *module)
{
    import_array1(-1);
    if (!OUT && !(OUT = PyUnicode_InternFromString("out")))
        return -1;
    return PyModule_AddType(module, &PassType) < 0 || PyModule_AddType(module, &MethodType) < 0 ? -1 : 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, prepare}, {0, NULL}};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "convgen_call",
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit_convgen_call(void)
{
    return PyModuleDef_Init(&definition);
}
