"""What reads like words in a program and is none for a reader, by program.

Options of knobs and answers, as addresses and names of experiments hold them; names of boards, models and uses, as the
tables of facts have them; what a session remembers; what a grammar of charts calls things; and what only a log, a
terminal or a developer is told.
"""

NAMES = {
    "pages/decide.py": {
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
    "lessons/data/bundle_texts.py": {
        "John",
    },
    "lessons/data/fashion_mnist.py": {
        "Ankle boot",
        "Bag",
        "Coat",
        "Dress",
        "Pullover",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Trouser",
    },
    "lessons/data/idx.py": {
        "… is not an IDX file of unsigned bytes",
    },
    "lessons/estimate/answer_cost.py": {
        "NVIDIA H100 SXM5 80GB",
    },
    "lessons/estimate/coefficients.py": {
        "NVIDIA H100 SXM5 80GB",
    },
    "lessons/estimate/config_json.py": {
        "your config.json",
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
        "all linear layers",
        "query and value",
    },
    "lessons/estimate/flop.py": {
        "energy of a FLOP",
        "FLOP per byte",
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
    "lessons/estimate/engine_mixes.py": {
        "AWQ 4 bit",
        "GPTQ 4 bit",
        "MLX …",
        "MLX … bit",
    },
    "lessons/estimate/format_quality.py": {
        "mean KL divergence",
        "word perplexity",
    },
    "lessons/estimate/gguf_size.py": {
        "experts down",
    },
    "lessons/estimate/home_bill.py": {
        "no peak",
        "no watts",
    },
    "lessons/estimate/growth.py": {
        "memory bandwidth",
        "training FLOP",
        "transistor density",
    },
    "lessons/estimate/vllm_pool.py": {
        "AWQ 4 bit",
    },
    "lessons/estimate/pasted_machine.py": {
        "dgx spark (gb10)",
        "Product Name\\s*:\\s*(\\S.*?)\\s*$",
        "… GPU",
    },
    "lessons/estimate/roofline.py": {
        "Apple",
        "Intel",
        "Metal",
        "Vulkan",
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
        "on-chip memory",
    },
    "lessons/estimate/training.py": {
        "Llama 2 70B",
        "Llama 3 8B",
        "training FLOP",
        "Transformer big",
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
    "lessons/facts/deciding.py": {
        "Elo",
    },
    "lessons/facts/engines.py": {
        "CUDA until 2024",
        "Metal",
        "Vulkan",
    },
    "lessons/facts/home_machines.py": {
        "AMD Radeon RX",
        "Apple",
        "desktop GPU",
        "Intel",
        "laptop GPU",
        "NVIDIA GeForce",
        "NVIDIA Jetson",
        "NVIDIA Titan",
        "NVIDIA TITAN",
        "shared memory",
        "single board",
        "…, CPU only",
    },
    "lessons/facts/memory_logs.py": {
        "Ollama",
    },
    "lessons/facts/read.py": {
        "…, line 1",
        "…, line …",
        "…: confidence … is none of …",
        "…: from memory, unchecked",
        "…: missing columns …",
        "…: no source",
        "…: no url for …",
        "…: not … cells",
        "…: unknown columns …",
        "…: … is …, not …",
        "…: … … appears twice",
    },
    "lessons/facts/sources.py": {
        "chips of Macs",
        "energy per operation",
        "fine-tuning memory",
        "offload speeds",
        "names in Ollama",
        "memory by driver",
        "machines at home",
        "memory logs",
        "memory of vLLM",
        "native formats",
        "published use",
        "quality by format",
        "training runs",
        "training tokens",
        "trend models",
        "weight blocks",
    },
    "lessons/facts/tables.py": {
        "Epoch AI, Data on AI Models (2025-07), CC BY 4.0",
    },
    "lessons/jobs/lanes.py": {
        "trains=False, resident=True",
    },
    "lessons/jobs/plain_json.py": {
        "it is cut off, or holds more than it should",
        "Experiment",
        "… is not recorded",
    },
    "lessons/jobs/recordings.py": {
        "make recordings",
    },
    "lessons/jobs/results.py": {
        "it holds something else (…)",
        "its checksum does not hold",
    },
    "lessons/jobs/worker.py": {
        "can't allocate memory",
    },
    "lessons/language/chat.py": {
        "You are a helpful AI assistant named SmolLM, trained by Hugging Face",
    },
    "lessons/language/evaluate.py": {
        "in 16 bits",
    },
    "lessons/language/results.py": {
        "MLP, inside",
    },
    "lessons/language/steps.py": {
        "attention and MLP",
        "no language model is built for …",
    },
    "lessons/measure/machine.py": {
        "^model name\\s*: (.+)$",
    },
    "lessons/measure/reading.py": {
        "loss a character",
    },
    "lessons/measure/sparse_kernel.py": {
        "Sparse CSR tensor support is in beta state",
        "there is no sparse kernel for …",
        "… has hooks, which a sparse kernel would lose",
    },
    "lessons/live/doors.py": {
        'attachment; filename="…-….csv"',
        "Cache-Control",
        "Content-Disposition",
        "Content-Security-Policy",
        "text/csv; charset=utf-8",
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
    "lessons/recorded/lottery.py": {
        "rewound to step …",
    },
    "lessons/shrink/bitpack.py": {
        "… bytes where the widths ask for …",
    },
    "lessons/shrink/channels.py": {
        "cannot prune channels of …: it is grouped, but not depthwise",
        "cannot prune channels through …: …",
        "in global scope all groups have one share",
        "scope must be one of …, not …",
        "shares must be between 0 and 1, not …",
    },
    "lessons/shrink/encoded.py": {
        "… bits a code",
    },
    "lessons/shrink/outliers.py": {
        "columns are chosen by …, not …",
    },
    "lessons/shrink/pack.py": {
        "a shape of what are no sizes",
        "it does not begin with ANTS1",
        "its header is damaged (…)",
        "its header or body is damaged (…)",
        "sparse tensors of more than … weights",
        "the channels of a matrix cannot stand last",
        "… bytes are left over at its end",
        "… cannot be stored as …",
    },
    "lessons/shrink/packed_reader.py": {
        "a length below zero",
        "a sparse tensor of no shape, or larger than any this app makes",
        "the file ends … bytes too early",
    },
    "lessons/serving/closed.py": {
        "Not Found",
    },
    "lessons/serving/headers.py": {
        "'self' data: blob:",
        "Content-Security-Policy",
        "Cross-Origin-Opener-Policy",
        "Cross-Origin-Resource-Policy",
        "Permissions-Policy",
        "Referrer-Policy",
    },
    "lessons/serving/health.py": {
        "Cache-Control",
    },
    "lessons/serving/lifespan.py": {
        "the server does not start: a setting is wrong, and the log says which",
    },
    "lessons/serving/metrics.py": {  # what Prometheus is told, for operators
        "Browser sessions that are connected",
        "Browsers that look at a class on this server",
        "Classes in the database",
        "Files of readers that were refused, before they came or for what they hold",
        "Jobs that failed, by their function",
        "Jobs that wait for a worker or run",
        "Looks for …, by what they found",
        "Members of all classes",
        "Memory of all worker processes",
        "Processor time of jobs that ended, by their function",
        "Whether the database can be used",
        "Worker processes that run",
        "Workers that took the place of another",
        "… is not like 127.0.0.1:9101",
    },
    "lessons/shrink/quantize.py": {
        "only finite weights can be quantized",
    },
    "lessons/shrink/sparse_index.py": {
        "an index leads out of its matrix",
        "an index leads out of its matrix, or back",
        "an index of … bytes, where its rows alone take …",
        "an index of … bytes, where … bits are asked for",
        "the rows of an index do not add up",
        "two places in a four that do not rise",
    },
    "lessons/store.py": {
        "its tensors have other names or shapes",
    },
    "lessons/text/__init__.py": {
        "…: no label: …",
        "…: two texts are called …",
    },
    "lessons/text/exercises.py": {
        "…: an exercise has a title and minutes",
    },
    "lessons/ui/classroom/panel.py": {
        "predict: answer",
    },
    "lessons/ui/decide/knobs.py": {
        "a laptop (16 GB, 100 GB/s, 30 W)",
        "as usual",
        "bought for this",
        "DeepSeek-V3 (Together AI)",
        "for this alone, all day",
        "may leave the house",
        "must stay",
        "no limit",
        "NVIDIA A100 SXM4 80 GB",
        "NVIDIA B300 (Blackwell Ultra)",
        "NVIDIA GeForce RTX 3080",
        "NVIDIA GeForce RTX 4090",
        "NVIDIA H200 SXM",
        "NVIDIA RTX A6000",
        "sort texts",
        "there already",
    },
    "lessons/ui/distillation/bargain_charts.py": {
        "below right",
    },
    "lessons/ui/distillation/knobs.py": {
        "never shown",
        "three trained here",
        "Trouser",
    },
    "lessons/ui/distillation/race.py": {
        "… curves",
    },
    "lessons/ui/distillation/race_charts.py": {
        "below right",
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
        "at home",
        "Google",
        "Microsoft",
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
        "a wrong headline",
        "Amazon",
        "as listed",
        "by hand",
        "Germany",
        "Google",
        "Microsoft",
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
    "lessons/ui/layout/answering.py": {
        "what the room has answered",
        "… show",
    },
    "lessons/ui/layout/exercises.py": {
        "exercise on the stage",
        "what … is about",
    },
    "lessons/ui/layout/in_class.py": {
        "predict: answer",
    },
    "lessons/ui/layout/page.py": {
        "heard about the link",
        "predict: answer",
        "you need",
    },
    "lessons/ui/layout/predict.py": {
        "guess now",
        "votes taken as guesses",
        "what guesses are about",
    },
    "lessons/ui/layout/presenter.py": {
        "present switch",
        "present, as last written in the address",
        "the room is asked",
        "why the class of a stage is not asked",
    },
    "lessons/ui/llm_at_home/charts.py": {
        "below left",
        "below right",
    },
    "lessons/ui/llm_at_home/controls.py": {
        "no draft model",
    },
    "lessons/ui/llm_at_home/dropped.py": {
        "dropped files that have set the format",
        "headers of dropped GGUF files",
        "not own bytes",
        "own bytes",
    },
    "lessons/ui/llm_at_home/knobs.py": {
        "Apple",
        "as keys",
        "by hand",
        "kept to",
        "same family",
        "your config.json",
        "your GGUF file",
    },
    "lessons/ui/llm_at_home/pasting.py": {
        "machine that stood there when output was pasted",
        "no machine",
        "pasted output that has set the knobs",
    },
    "lessons/ui/lora/adapters.py": {
        "adapter uploaded in this visit",
        "at scale",
        "writes blended",
    },
    "lessons/ui/lora/at_scale.py": {
        "at once",
        "in parts",
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
    "lessons/ui/lora/knobs.py": {
        "at scale",
        "attention and MLP",
    },
    "lessons/ui/lora/recipe.py": {
        "as it is",
        "as tried",
        "attention and MLP",
        "query and value",
    },
    "lessons/ui/my_ant/belongings.py": {
        "name on the record",
        "record brought back",
        "record taken last",
        "sure to delete",
    },
    "lessons/ui/my_ant/card.py": {
        "Medium",
    },
    "lessons/ui/my_ant/models.py": {
        "pareto …",
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
        "training FLOP",
    },
    "lessons/ui/scaling/knobs.py": {
        "memory bandwidth",
        "NVIDIA Tesla P100 SXM2",
        "Tesla V100 SXM2",
        "training FLOP",
        "transistor density",
    },
    "lessons/ui/state/assignment.py": {
        "knobs that a link holds",
    },
    "lessons/ui/state/classes.py": {
        "class visited last",
    },
    "lessons/ui/state/drawing.py": {
        "lab being drawn",
    },
    "lessons/ui/state/fallback.py": {
        "said that the cluster is lost",
    },
    "lessons/ui/state/handing.py": {
        "parts that follow sliders",
        "handed on by labs",
        "labs that were handed something",
        "what must be drawn again",
        "…, figures",
        "…, numbers",
    },
    "lessons/ui/state/kept.py": {
        "what the browser keeps",
    },
    "lessons/ui/state/lab.py": {
        "labs whose jobs are watched",
        "the other labs",
        "the whole page runs",
    },
    "lessons/ui/state/lesson_vote.py": {
        "why a vote was refused",
    },
    "lessons/ui/state/model_link.py": {
        "own models",
        "model in use",
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
        "what stands below headlines",
    },
    "lessons/ui/state/stage.py": {
        "on a stage",
    },
    "lessons/ui/state/widgets.py": {
        ":material/lock: …",
        "… asked",
        "… barred",
    },
    "lessons/ui/state/talk_run.py": {
        "talk being given",
    },
    "lessons/ui/state/together.py": {
        "place the class is at",
    },
    "lessons/ui/talk/choosing.py": {
        "script brought",
        "talk chosen",
        "talk to choose",
        "talks brought",
        "upload kept last",
    },
    "lessons/ui/talk/listing.py": {
        "<img src='…' alt='' loading='lazy'>",
    },
    "lessons/ui/work/ask_button.py": {
        "asked of large models",
        "watched questions",
    },
    "lessons/ui/work/baseline.py": {
        "followed link",
        "network used last",
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
    "lessons/ui/work/uploads.py": {
        "what was brought",
    },
    "lessons/vision/steps.py": {
        "no model is built for …",
    },
}
