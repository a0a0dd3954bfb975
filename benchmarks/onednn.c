/* oneDNN as a competitor: one primitive, with tensors in its own layouts or in plain NCHW, built once.
 * void *onednn_new(int pass, int plain, const long *sizes) with sizes
 *     n, g, c, f, h, w, ho, wo, kh, kw, sh, sw, dh, dw, pt, pl, pb, pr
 * returns 0 where the library refuses. Tensors hold small numbers: only time is asked here, results are
 * checked through the other competitors. */
#include <dnnl.h>
#include <stdlib.h>
#include <string.h>

struct job {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_primitive_t primitive;
    dnnl_exec_arg_t args[4];
    int count;
};

#define TRY(call) do { if ((call) != dnnl_success) return 0; } while (0)

static int fill(struct job *job, int tag, const dnnl_memory_desc_t *desc)
{
    dnnl_memory_t memory;
    float *data;
    size_t size = dnnl_memory_desc_get_size(desc);
    TRY(dnnl_memory_create(&memory, desc, job->engine, DNNL_MEMORY_ALLOCATE));
    TRY(dnnl_memory_get_data_handle(memory, (void **)&data));
    for (size_t n = 0; n < size / sizeof(float); ++n)
        data[n] = (float)(n % 7) - 3.0f;
    job->args[job->count].arg = tag;
    job->args[job->count++].memory = memory;
    return 1;
}

void *onednn_new(int pass, int plain, int winograd, const long *s)
{
    struct job *job = calloc(1, sizeof *job);
    const int grouped = s[1] > 1;
    const dnnl_dims_t x = {s[0], s[2], s[4], s[5]}, o = {s[0], s[3], s[6], s[7]};
    const dnnl_dims_t k4 = {s[3], s[2], s[8], s[9]}, k5 = {s[1], s[3] / s[1], s[2] / s[1], s[8], s[9]};
    const dnnl_dims_t strides = {s[10], s[11]}, dilation = {s[12] - 1, s[13] - 1};
    const dnnl_dims_t before = {s[14], s[15]}, after = {s[16], s[17]};
    dnnl_memory_desc_t xd, kd, od;
    dnnl_convolution_desc_t desc, hint;
    dnnl_primitive_desc_t primitive, forward;
    dnnl_alg_kind_t algorithm = winograd ? dnnl_convolution_winograd : dnnl_convolution_direct;
    TRY(dnnl_engine_create(&job->engine, dnnl_cpu, 0));
    TRY(dnnl_stream_create(&job->stream, job->engine, dnnl_stream_default_flags));
    dnnl_format_tag_t plain_data = plain ? dnnl_nchw : dnnl_format_tag_any;
    dnnl_format_tag_t plain_kernel = plain && pass == 2 ? (grouped ? dnnl_goihw : dnnl_oihw) : dnnl_format_tag_any;
    TRY(dnnl_memory_desc_init_by_tag(&xd, 4, x, dnnl_f32, plain_data));
    TRY(dnnl_memory_desc_init_by_tag(&od, 4, o, dnnl_f32, plain_data));
    if (grouped)
        TRY(dnnl_memory_desc_init_by_tag(&kd, 5, k5, dnnl_f32, plain_kernel));
    else
        TRY(dnnl_memory_desc_init_by_tag(&kd, 4, k4, dnnl_f32, plain_kernel));
    TRY(dnnl_dilated_convolution_forward_desc_init(&hint, dnnl_forward_training, algorithm, &xd, &kd, 0, &od,
        strides, dilation, before, after));
    TRY(dnnl_primitive_desc_create(&forward, &hint, 0, job->engine, 0));
    primitive = forward;
    if (pass == 1) {
        TRY(dnnl_dilated_convolution_backward_data_desc_init(&desc, algorithm, &xd, &kd, &od, strides, dilation,
            before, after));
        TRY(dnnl_primitive_desc_create(&primitive, &desc, 0, job->engine, forward));
    } else if (pass == 2) {
        TRY(dnnl_dilated_convolution_backward_weights_desc_init(&desc, algorithm, &xd, &kd, 0, &od, strides,
            dilation, before, after));
        TRY(dnnl_primitive_desc_create(&primitive, &desc, 0, job->engine, forward));
    }
    TRY(dnnl_primitive_create(&job->primitive, primitive));
#define DESC(what) dnnl_primitive_desc_query_md(primitive, what, 0)
    if (!fill(job, pass == 1 ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC, DESC(pass == 1 ? dnnl_query_diff_src_md : dnnl_query_src_md)))
        return 0;
    if (!fill(job, pass == 2 ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS,
            DESC(pass == 2 ? dnnl_query_diff_weights_md : dnnl_query_weights_md)))
        return 0;
    if (!fill(job, pass == 0 ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST, DESC(pass == 0 ? dnnl_query_dst_md : dnnl_query_diff_dst_md)))
        return 0;
    return job;
}

void onednn_run(void *handle)
{
    struct job *job = handle;
    dnnl_primitive_execute(job->primitive, job->stream, job->count, job->args);
    dnnl_stream_wait(job->stream);
}
