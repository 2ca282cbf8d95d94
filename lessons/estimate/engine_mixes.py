"""Weight formats of other engines than llama.cpp, and formats in which models are published: what stays in 16 bits.

MLX rounds every matrix, embedding and head, too (`mlx.nn.quantize` takes Linear and Embedding layers). FP8 in vLLM
rounds "all Linear modules (except for the final lm_head)" (docs.vllm.ai, quantization/fp8); recipes of llm-compressor
for GPTQ and NVFP4 say `targets: Linear, ignore: lm_head`, and configs of AWQ name 4 bits, groups of 128 and zero
points. QLoRA leaves embedding and head in 16 bits (Dettmers et al., 2023), and so does NF4 here.
"""

from lessons.estimate.gguf_mixes import Mix


def everywhere(kind: str) -> Mix:
    """Every matrix has the type `kind`, but routers, which stay in 16 bits."""
    return Mix(kind, kind, router="F16")


def between_ends(kind: str) -> Mix:
    """All have the type `kind` but the embedding, the head and routers."""
    return Mix(kind, "F16", "F16", router="F16")


WIDE = {"fp32": Mix("F32", "F32"), "fp16": Mix("F16", "F16"), "fp8": between_ends("F8")}
MLX = {f"MLX {bits} bit": everywhere(f"MLX {bits}") for bits in (8, 6, 5, 4, 3)}
GROUPED = {"GPTQ 4 bit": between_ends("INT4"), "AWQ 4 bit": between_ends("INT4")}
NVFP4 = {"NVFP4": between_ends("NVFP4")}
NF4 = {"NF4": between_ends("NF4")}
