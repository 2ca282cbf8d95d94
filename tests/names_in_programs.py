"""What reads like words in a program and is none for a reader, by program.

Options of knobs and answers, as addresses and names of experiments hold them; names of boards, models and uses, as the
tables of facts have them; what a session remembers; what a grammar of charts calls things; what only a log or a
developer is told; and words in code that names recorded results, which would all be old if one moved.
"""

NAMES = {
    "pages/decide.py": {
        "NVIDIA RTX A6000",
        "find in a text",
        "know facts",
    },
    "pages/distillation.py": {
        "never shown",
    },
    "pages/footprint.py": {
        "a wrong headline",
        "one use",
        "the law",
    },
    "pages/lora.py": {
        "at scale",
    },
    "pages/pruning.py": {
        "in rounds",
        "my ratios",
        "one shot",
    },
    "pages/scaling.py": {
        "below right",
        "Grok-3",
        "Neocognitron",
        "Perceptron",
        "two lines",
    },
    "lessons/charts/labels.py": {
        "below left",
        "below right",
    },
    "lessons/charts/surface.py": {
        "top center",
    },
    "lessons/estimate/answer_cost.py": {
        "NVIDIA H100 SXM5 80GB",
    },
    "lessons/estimate/coefficients.py": {
        "NVIDIA H100 SXM5 80GB",
    },
    "lessons/estimate/config_json.py": {
        "but every n-th",
        "from max_window_layers",
        "your config.json",
    },
    "lessons/estimate/config_kinds.py": {
        "all, if use_sliding_window",
        "but every n-th",
        "from max_window_layers",
    },
    "lessons/estimate/cost.py": {
        "average ChatGPT query, as stated",
        "median Gemini text prompt",
        "short GPT-4o query, from API latency",
        "typical ChatGPT query, estimated",
    },
    "lessons/estimate/device.py": {
        "package power",
        "wall plug",
    },
    "lessons/estimate/finetune_memory.py": {
        "query and value",
    },
    "lessons/estimate/flop.py": {
        "FLOP per byte",
        "energy of a FLOP",
    },
    "lessons/estimate/footprint.py": {
        "129 frames of 720p video by HunyuanVideo",
        "GPU only",
        "image by FLUX.1-dev, 1024 px",
        "long document",
        "node with idle GPUs",
        "not stated",
        "older EcoLogits",
        "whole facility",
    },
    "lessons/estimate/gguf_size.py": {
        "experts down",
    },
    "lessons/estimate/growth.py": {
        "memory bandwidth",
        "training FLOP",
        "transistor density",
    },
    "lessons/estimate/requirements.py": {
        "find in a text",
        "know facts",
        "sort texts",
        "write code",
    },
    "lessons/estimate/savings.py": {
        "narrow arithmetic",
        "skips zeros",
    },
    "lessons/estimate/silicon.py": {
        "DRAM bits",
        "SRAM bits",
        "no figure for … at … is sourced: QKeras interpolates at 45 nm only",
        "no sourced energy for …",
        "on-chip memory",
    },
    "lessons/estimate/training.py": {
        "Llama 2 70B",
        "Llama 3 8B",
        "Transformer big",
        "training FLOP",
    },
    "lessons/experiment/adapt.py": {
        "And ",
        "attention and MLP",
        "every layer",
        "first layer",
        "query and value",
    },
    "lessons/experiment/language_source.py": {
        "… pieces",
    },
    "lessons/experiment/language_step.py": {
        "attention and MLP",
    },
    "lessons/experiment/step.py": {
        "… cannot be called …: … is",
        "… must say what it does to a model: effect=Effect.…",
    },
    "lessons/jobs/adaptation.py": {
        "What was learnt is no longer on this machine: let it learn again",
    },
    "lessons/jobs/lanes.py": {
        "trains=False, resident=True",
    },
    "lessons/jobs/plain_json.py": {
        "Experiment",
        "… is not recorded",
    },
    "lessons/jobs/recordings.py": {
        "make recordings",
    },
    "lessons/models/bad_file.py": {
        "Shape",
    },
    "lessons/models/folder_tokens.py": {
        "A test, and 1 more:\n\té",
    },
    "lessons/models/llama.py": {
        "after the first tokens, a cache takes them one at a time",
    },
    "lessons/models/written.py": {
        "Llama",
    },
    "lessons/ui/decide/knobs.py": {
        "DeepSeek-V3 (Together AI)",
        "NVIDIA A100 SXM4 80 GB",
        "NVIDIA B300 (Blackwell Ultra)",
        "NVIDIA GeForce RTX 3080",
        "NVIDIA GeForce RTX 4090",
        "NVIDIA H200 SXM",
        "NVIDIA RTX A6000",
        "a laptop (16 GB, 100 GB/s, 30 W)",
        "as usual",
        "bought for this",
        "for this alone, all day",
        "may leave the house",
        "must stay",
        "no limit",
        "sort texts",
        "there already",
    },
    "lessons/ui/distillation/bargain_charts.py": {
        "below right",
    },
    "lessons/ui/distillation/race_charts.py": {
        "below right",
    },
    "lessons/ui/distillation/knobs.py": {
        "Trouser",
        "never shown",
        "three trained here",
    },
    "lessons/ui/distillation/race.py": {
        "… curves",
    },
    "lessons/ui/distillation/recipe.py": {
        "three trained here",
        "trained here",
    },
    "lessons/ui/distillation/recorded.py": {
        "three trained here",
    },
    "lessons/ui/energy/charts.py": {
        "below right",
    },
    "lessons/ui/energy/first_picture.py": {
        "on-chip memory",
    },
    "lessons/ui/energy/knobs.py": {
        "Google",
        "Microsoft",
        "at home",
        "survey mean",
    },
    "lessons/ui/footprint/cards.py": {
        "10^25 FLOP presumption",
        "compute used for training",
        "data-centre publication >= 500 kW",
        "energy consumption of the model",
        "open-source exception",
    },
    "lessons/ui/footprint/charts.py": {
        "below right",
    },
    "lessons/ui/footprint/knobs.py": {
        "Amazon",
        "Germany",
        "Google",
        "Microsoft",
        "a wrong headline",
        "as listed",
        "by hand",
        "not yet",
        "older EcoLogits",
        "one use",
        "survey mean",
        "the law",
    },
    "lessons/ui/home/cards.py": {
        "A language model is",
    },
    "lessons/ui/language_model/first_picture.py": {
        "A language model is",
    },
    "lessons/ui/language_model/inside_charts.py": {
        "below right",
    },
    "lessons/ui/language_model/inspector.py": {
        "MLP, inside",
    },
    "lessons/ui/language_model/measurements.py": {
        "read before",
    },
    "lessons/ui/language_model/model_picker.py": {
        "path of a language model",
        "trained here",
    },
    "lessons/ui/language_model/quiz.py": {
        "quiz before",
    },
    "lessons/ui/language_model/recipe.py": {
        "as stored",
    },
    "lessons/ui/language_model/roofline_chart.py": {
        "below right",
    },
    "lessons/ui/language_model/training.py": {
        "language model being trained",
        "language models trained in this visit",
        "loss a character",
    },
    "lessons/ui/layout/page.py": {
        "predict: answer",
        "heard about the link",
        "you need",
    },
    "lessons/ui/layout/predict.py": {
        "guess now",
        "what guesses are about",
    },
    "lessons/ui/layout/presenter.py": {
        "on a stage",
        "present switch",
        "present, as last written in the address",
        "the room is asked",
    },
    "lessons/ui/llm_at_home/charts.py": {
        "below left",
        "below right",
    },
    "lessons/ui/llm_at_home/knobs.py": {
        "NVIDIA GeForce RTX 4090",
        "NVIDIA H100 PCIe",
        "by hand",
        "kept to",
        "your config.json",
    },
    "lessons/ui/lora/adapters.py": {
        "adapter uploaded in this visit",
        "at scale",
        "writes blended",
    },
    "lessons/ui/lora/at_scale.py": {
        "at scale",
    },
    "lessons/ui/lora/charts.py": {
        "below left",
        "below right",
    },
    "lessons/ui/lora/first_picture.py": {
        "And the king",
        "height * …",
        "width * …",
    },
    "lessons/ui/lora/learning.py": {
        "every layer",
        "query and value",
        "writes …",
        "… losses",
    },
    "lessons/ui/lora/presets.py": {
        "at scale",
        "attention and MLP",
    },
    "lessons/ui/lora/recipe.py": {
        "Macbeth",
        "as it is",
        "as tried",
        "attention and MLP",
        "query and value",
        "this course's own text",
    },
    "lessons/ui/network/canvas.py": {
        "looked at last",
    },
    "lessons/ui/network/charts.py": {
        "below right",
    },
    "lessons/ui/pruning/charts.py": {
        "below left",
    },
    "lessons/ui/pruning/knobs.py": {
        "each layer",
        "in rounds",
        "my ratios",
        "one shot",
        "skips zeros",
    },
    "lessons/ui/pruning/recipe.py": {
        "in rounds",
        "one shot",
    },
    "lessons/ui/pruning/scan.py": {
        "scans asked for here",
    },
    "lessons/ui/scaling/charts.py": {
        "below left",
    },
    "lessons/ui/scaling/first_picture.py": {
        "Grok-3",
        "NVIDIA A100 SXM4 80 GB",
        "NVIDIA Tesla P100 SXM2",
        "factor, …",
        "lines, …",
        "training FLOP",
    },
    "lessons/ui/scaling/knobs.py": {
        "NVIDIA Tesla P100 SXM2",
        "Tesla V100 SXM2",
        "memory bandwidth",
        "training FLOP",
        "transistor density",
    },
    "lessons/ui/state/drawing.py": {
        "lab being drawn",
    },
    "lessons/ui/state/handing.py": {
        "handed on by labs",
        "labs that were handed something",
        "what must be drawn again",
        "…, figures",
        "…, numbers",
    },
    "lessons/ui/state/lab.py": {
        "labs whose jobs are watched",
        "the other labs",
        "the whole page runs",
    },
    "lessons/ui/state/presets.py": {
        "about the preset",
        "page that keys were pressed on",
        "page to go to",
        "preset shown last",
        "preset that something is said about",
        "settings before it",
        "steps of keys taken",
        "what keys go through",
    },
    "lessons/ui/state/release.py": {
        "below …",
        "what stands below headlines",
    },
    "lessons/ui/state/widgets.py": {
        "… asked",
    },
    "lessons/ui/work/ask_button.py": {
        "asked of large models",
        "watched questions",
    },
    "lessons/ui/work/baseline.py": {
        "followed link",
        "network used last",
        "own models",
    },
    "lessons/ui/work/finetune_panel.py": {
        "tuning …",
    },
    "lessons/ui/work/ledger.py": {
        "ledger watts",
    },
    "lessons/ui/work/this_machine.py": {
        "the best of this machine",
        "this machine",
    },
    "lessons/ui/work/training_panel.py": {
        "trainings of this visit",
        "trainings this visit has stopped",
    },
    "lessons/jobs/vision.py": {
        "unpruned, dense kernels",
        "pruned, dense kernels",
        "pruned, sparse kernels",
    },
    "lessons/store.py": {
        "its tensors have other names or shapes",
    },
}
