/* libxsmm as a competitor: one direct convolution in its own blocked tensors, built once.
 * void *libxsmm_layer_new(int pass, const long *sizes, const float *x, const float *k, const float *o) with sizes
 *     n, c, f, h, w, ho, wo, kh, kw, sh, sw, ph, pw
 * returns 0 where the library refuses. x has its padding around it, as the library wants; all are NCHW or OIHW.
 * libxsmm_layer_result copies what the pass has written, padding included, into plain NCHW or OIHW. */
#include <libxsmm.h>
#include <stdlib.h>

enum { FORWARD, BACKWARD_DATA, BACKWARD_WEIGHTS };

static const libxsmm_dnn_tensor_type TYPES[3][3] = {
    {LIBXSMM_DNN_REGULAR_INPUT, LIBXSMM_DNN_REGULAR_FILTER, LIBXSMM_DNN_REGULAR_OUTPUT},
    {LIBXSMM_DNN_GRADIENT_INPUT, LIBXSMM_DNN_REGULAR_FILTER, LIBXSMM_DNN_GRADIENT_OUTPUT},
    {LIBXSMM_DNN_REGULAR_INPUT, LIBXSMM_DNN_GRADIENT_FILTER, LIBXSMM_DNN_GRADIENT_OUTPUT},
};
static const libxsmm_dnn_compute_kind KINDS[3] = {
    LIBXSMM_DNN_COMPUTE_KIND_FWD, LIBXSMM_DNN_COMPUTE_KIND_BWD, LIBXSMM_DNN_COMPUTE_KIND_UPD};
static const libxsmm_dnn_tensor_format FORMATS[3] = {
    LIBXSMM_DNN_TENSOR_FORMAT_NCHW, LIBXSMM_DNN_TENSOR_FORMAT_KCRS, LIBXSMM_DNN_TENSOR_FORMAT_NCHW};

struct job {
    libxsmm_dnn_layer *layer;
    libxsmm_dnn_tensor *tensors[3];
    int pass;
};

void *libxsmm_layer_new(int pass, const long *s, const float *x, const float *k, const float *o)
{
    const float *data[3] = {x, k, o};
    struct job *job = calloc(1, sizeof *job);
    libxsmm_dnn_err_t status = LIBXSMM_DNN_SUCCESS;
    libxsmm_dnn_conv_desc desc = {0};
    size_t scratch;

    libxsmm_init();
    desc.N = (int)s[0], desc.C = (int)s[1], desc.K = (int)s[2], desc.H = (int)s[3], desc.W = (int)s[4];
    desc.R = (int)s[7], desc.S = (int)s[8], desc.u = (int)s[9], desc.v = (int)s[10];
    desc.pad_h = desc.pad_h_in = (int)s[11];
    desc.pad_w = desc.pad_w_in = (int)s[12];
    desc.threads = 1;
    desc.datatype_in = desc.datatype_out = LIBXSMM_DNN_DATATYPE_F32;
    desc.buffer_format = desc.filter_format = LIBXSMM_DNN_TENSOR_FORMAT_LIBXSMM;
    desc.algo = LIBXSMM_DNN_CONV_ALGO_DIRECT;
    desc.options = LIBXSMM_DNN_CONV_OPTION_OVERWRITE;
    desc.fuse_ops = LIBXSMM_DNN_CONV_FUSE_NONE;
    job->pass = pass;
    job->layer = libxsmm_dnn_create_conv_layer(desc, &status);
    if (status != LIBXSMM_DNN_SUCCESS || !job->layer)
        return 0;
    for (int n = 0; n < 3; ++n) {
        libxsmm_dnn_tensor_datalayout *layout =
            libxsmm_dnn_create_tensor_datalayout(job->layer, TYPES[pass][n], &status);
        if (status != LIBXSMM_DNN_SUCCESS)
            return 0;
        float *memory = libxsmm_aligned_malloc(libxsmm_dnn_get_tensor_size(layout, &status), 2097152);
        job->tensors[n] = libxsmm_dnn_link_tensor(layout, memory, &status);
        libxsmm_dnn_destroy_tensor_datalayout(layout);
        if (status != LIBXSMM_DNN_SUCCESS
            || libxsmm_dnn_copyin_tensor(job->tensors[n], data[n], FORMATS[n]) != LIBXSMM_DNN_SUCCESS
            || libxsmm_dnn_bind_tensor(job->layer, job->tensors[n], TYPES[pass][n]) != LIBXSMM_DNN_SUCCESS)
            return 0;
    }
    scratch = libxsmm_dnn_get_scratch_size(job->layer, LIBXSMM_DNN_COMPUTE_KIND_ALL, &status);
    if (status != LIBXSMM_DNN_SUCCESS)
        return 0;
    if (scratch
        && libxsmm_dnn_bind_scratch(
               job->layer, LIBXSMM_DNN_COMPUTE_KIND_ALL, libxsmm_aligned_malloc(scratch, 2097152))
               != LIBXSMM_DNN_SUCCESS)
        return 0;
    return job;
}

void libxsmm_layer_run(void *handle)
{
    struct job *job = handle;
    libxsmm_dnn_execute_st(job->layer, KINDS[job->pass], 0, 0);
}

void libxsmm_layer_result(void *handle, float *out)
{
    static const int written[3] = {2, 0, 1};
    struct job *job = handle;
    libxsmm_dnn_copyout_tensor(job->tensors[written[job->pass]], out, FORMATS[written[job->pass]]);
}
