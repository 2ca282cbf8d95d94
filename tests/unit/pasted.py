"""What people have pasted of `nvidia-smi`, `ollama list` and `ollama ps` into issues, notes and documents that anybody
can read; process lists and what else they say are cut off. Names of people and identifiers of cards are left out."""

OLD_HEAD = """
+-----------------------------------------------------------------------------+
| NVIDIA-SMI 440.100      Driver Version: 440.100      CUDA Version: 10.2     |
|-------------------------------+----------------------+----------------------+
| GPU  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | GPU-Util  Compute M. |
|===============================+======================+======================|
"""
HEAD = """
+---------------------------------------------------------------------------------------+
| NVIDIA-SMI 535.161.08             Driver Version: 535.161.08   CUDA Version: 12.2     |
|-----------------------------------------+----------------------+----------------------+
| GPU  Name                 Persistence-M | Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp   Perf          Pwr:Usage/Cap |         Memory-Usage | GPU-Util  Compute M. |
|                                         |                      |               MIG M. |
|=========================================+======================+======================|
"""

CARDS = {  # what was printed, and which card and how many it is
    "driver 440, a name cut off": (
        OLD_HEAD
        + """|   0  GeForce RTX 208...  Off  | 00000000:5E:00.0 Off |                  N/A |
| 38%   42C    P0    39W / 250W |      0MiB / 11019MiB |      0%      Default |
+-------------------------------+----------------------+----------------------+

+-----------------------------------------------------------------------------+
| Processes:                                                       GPU Memory |
|  GPU       PID   Type   Process name                             Usage      |
|=============================================================================|
|  No running processes found                                                 |
+-----------------------------------------------------------------------------+
""",
        ("NVIDIA GeForce RTX 2080 Ti 11GB", 1),
    ),
    "driver 460, two cards with unlike memory in use": (
        """Sun Jan 16 14:58:54 2022
|   0  GeForce RTX 208...  Off  | 00000000:01:00.0 Off |                  N/A |
| 25%   42C    P2    53W / 257W |    988MiB / 11016MiB |     10%      Default |
|                               |                      |                  N/A |
+-------------------------------+----------------------+----------------------+
|   1  GeForce RTX 208...  Off  | 00000000:02:00.0 Off |                  N/A |
|  7%   44C    P0    62W / 250W |      3MiB / 11019MiB |      1%      Default |
|                               |                      |                  N/A |
+-------------------------------+----------------------+----------------------+
""",
        ("NVIDIA GeForce RTX 2080 Ti 11GB", 2),
    ),
    "four cards": (
        HEAD
        + """|   0  NVIDIA GeForce RTX 3060        Off | 00000000:01:00.0 Off |                  N/A |
|  0%   37C    P0              32W / 170W |      0MiB / 12288MiB |      0%      Default |
|                                         |                      |                  N/A |
+-----------------------------------------+----------------------+----------------------+
|   1  NVIDIA GeForce RTX 3060        Off | 00000000:03:00.0 Off |                  N/A |
|  0%   34C    P0              29W / 170W |      0MiB / 12288MiB |      0%      Default |
|                                         |                      |                  N/A |
+-----------------------------------------+----------------------+----------------------+
|   2  NVIDIA GeForce RTX 3060        Off | 00000000:81:00.0 Off |                  N/A |
|  0%   30C    P0              35W / 170W |      0MiB / 12288MiB |      0%      Default |
|                                         |                      |                  N/A |
+-----------------------------------------+----------------------+----------------------+
|   3  NVIDIA GeForce RTX 3060        Off | 00000000:82:00.0 Off |                  N/A |
| 30%   30C    P0              30W / 170W |      0MiB / 12288MiB |      0%      Default |
|                                         |                      |                  N/A |
""",
        ("NVIDIA GeForce RTX 3060, 12 GB", 4),
    ),
    "a board with ARM, twelve digits of the bus": (
        """jgeerling@cm5:~ $ nvidia-smi
Fri Dec  5 17:40:55 2025
|   0  NVIDIA GeForce RTX 3060        Off |   00000001:01:00.0 Off |                  N/A |
|  0%   26C    P8              4W /  170W |       1MiB /  12288MiB |      0%      Default |
|                                         |                        |                  N/A |
""",
        ("NVIDIA GeForce RTX 3060, 12 GB", 1),
    ),
    "Windows, quoted": (
        """> |   0  NVIDIA GeForce GTX 1080 Ti    WDDM | 00000000:09:00.0  On |                  N/A |
> | 37%   63C    P0               65W / 250W|   1585MiB / 11264MiB |      1%      Default |
> |                                         |                      |                  N/A |
""",
        ("NVIDIA GeForce GTX 1080 Ti", 1),
    ),
    "spaces lost": (
        """| 0 NVIDIA GeForce RTX 2080 Ti WDDM | 00000000:01:00.0 On | N/A |

| 25% 32C P8 7W / 260W| 903MiB / 11264MiB | 4% Default |

| | | N/A |
""",
        ("NVIDIA GeForce RTX 2080 Ti 11GB", 1),
    ),
    "WSL, a laptop's name cut off": (
        """| NVIDIA-SMI 575.51.03              Driver Version: 576.28         CUDA Version: 12.9     |
|   0  NVIDIA GeForce RTX 4060 ...    On  |   00000000:01:00.0  On |                  N/A |
| N/A   49C    P5              7W /   81W |    1351MiB /   8188MiB |     31%      Default |
|                                         |                        |                  N/A |
+-----------------------------------------------------------------------------------------+
| Processes:                                                                              |
|    0   N/A  N/A              33      G   /Xwayland                             N/A      |
""",
        ("NVIDIA GeForce RTX 4060 Laptop, 8 GB", 1),
    ),
    "Windows, a laptop's name cut off": (
        """|   0  NVIDIA GeForce RTX 4060 ...  WDDM  |   00000000:01:00.0 Off |                  N/A |
| N/A   45C    P8              2W /   70W |     441MiB /   8188MiB |      0%      Default |
""",
        ("NVIDIA GeForce RTX 4060 Laptop, 8 GB", 1),
    ),
    "a laptop, as CSV": (
        """name, memory.total [MiB]
NVIDIA GeForce RTX 5060 Laptop GPU, 8151 MiB
""",
        ("NVIDIA GeForce RTX 5060 Laptop, 8 GB", 1),
    ),
    "as CSV with more columns": (
        """name, memory.total [MiB], memory.free [MiB]
NVIDIA GeForce RTX 4070, 12282 MiB, 631 MiB
""",
        ("NVIDIA GeForce RTX 4070", 1),
    ),
    "a list": (
        """# nvidia-smi -L
GPU 0: NVIDIA GeForce RTX 3090 (UUID: GPU-c3d2d408)
GPU 1: NVIDIA GeForce RTX 3090 (UUID: GPU-a65b754f)
""",
        ("NVIDIA GeForce RTX 3090", 2),
    ),
    "names cut off, and the list": (
        """|   0  NVIDIA GeForce ...  On   | 00000000:21:00.0 Off |                  N/A |
| 51%   45C    P8    19W / 350W |      6MiB / 24576MiB |      0%      Default |
|   1  NVIDIA GeForce ...  On   | 00000000:41:00.0 Off |                  N/A |
| 51%   45C    P8    19W / 350W |      6MiB / 24576MiB |      0%      Default |
GPU 0: NVIDIA GeForce RTX 3090 (UUID: GPU-aaaa-bbbb)
GPU 1: NVIDIA GeForce RTX 3090 (UUID: GPU-cccc-dddd)
""",
        ("NVIDIA GeForce RTX 3090", 2),
    ),
    "a workstation": (
        """|   0  Quadro RTX 4000                Off | 00000000:06:00.0 Off |                  N/A |
| 30%   25C    P8              10W / 125W |      1MiB /  8192MiB |      0%      Default |
|   1  Quadro RTX 4000                Off | 00000000:07:00.0 Off |                  N/A |
| 30%   25C    P8               1W / 125W |      1MiB /  8192MiB |      0%      Default |
""",
        ("NVIDIA Quadro RTX 4000", 2),
    ),
    "a data centre, MIG off": (
        """(task, pid=3791) |   0  NVIDIA H100 80GB HBM3          On  |   00000000:8A:00.0 Off |                    0 |
(task, pid=3791) | N/A   28C    P0             68W /  700W |       1MiB /  81559MiB |      0%      Default |
(task, pid=3791) |                                         |                        |             Disabled |
""",
        ("NVIDIA H100 SXM5 80GB", 1),
    ),
    "a data centre of 2025": (
        """|   0  NVIDIA H200                    On  |   00000000:03:00.0 Off |                    0 |
| N/A   28C    P0             74W /  700W |       1MiB / 143771MiB |      0%      Default |
|                                         |                        |             Disabled |
""",
        ("NVIDIA H200 SXM", 1),
    ),
    "a server": (
        """|   0  Tesla V100S-PCIE-32GB          Off |   00000000:95:00.0 Off |                    0 |
| N/A   48C    P0             43W /  250W |     310MiB /  32768MiB |      0%      Default |
""",
        ("NVIDIA Tesla V100S PCIe 32 GB", 1),
    ),
    "one pool of memory": (
        """|   0  NVIDIA GB10                    On  |   0000000F:01:00.0 Off |                  N/A |
| N/A   44C    P0             11W /  N/A  | Not Supported          |      0%      Default |
""",
        ("NVIDIA DGX Spark (GB10), 128 GB", 1),
    ),
    "the long form": (
        """Attached GPUs                             : 1
GPU 00000000:2D:00.0
    Product Name                          : NVIDIA GeForce RTX 2080 Ti
    Product Brand                         : GeForce
    FB Memory Usage
        Total                             : 11264 MiB
    BAR1 Memory Usage
        Total                             : 256 MiB
""",
        ("NVIDIA GeForce RTX 2080 Ti 11GB", 1),
    ),
}

REFUSED = {  # what was printed, and what is said of it
    "a name cut off that many have": (
        """|   0  NVIDIA GeForce ...  On   | 00000000:0A:00.0  On |                  N/A |
| 47%   30C    P8    28W / 350W |   2333MiB / 12288MiB |      9%      Default |
""",
        "nvidia-smi -L",
    ),
    "two sizes of one name": ("GPU 0: NVIDIA GeForce RTX 3060 (UUID: GPU-1)", "paste the output of nvidia-smi, too"),
    "unlike cards": (
        """|   0  NVIDIA GeForce RTX 3080        On  |   00000000:0E:00.0  On |                  N/A |
| 55%   57C    P0            110W /  340W |    1004MiB /  10240MiB |      0%      Default |
|   1  NVIDIA GeForce RTX 3060        On  |   00000000:0F:00.0  On |                  N/A |
| 36%   52C    P0             38W /  170W |      59MiB /  12288MiB |      0%      Default |
""",
        "NVIDIA GeForce RTX 3080, NVIDIA GeForce RTX 3060, 12 GB",
    ),
    "too old for our table": (
        """|   0  NVIDIA GeForce GTX 1080        Off | 00000000:0A:00.0  On |                  N/A |
|  0%   47C    P8               6W / 180W |   1455MiB /  8192MiB |      0%      Default |
""",
        "“| 0 NVIDIA GeForce GTX 1080 Off | 00000000:0A:00.0 On | N/A |”",
    ),
    "MIG on": (
        """|   0  NVIDIA A100-SXM4-80GB          On  |   00000000:3F:00.0 Off |                   On |
| N/A   28C    P0             53W /  400W |      87MiB /  81920MiB |     N/A      Default |
|                                         |                        |              Enabled |
""",
        "MIG is on",
    ),
    "memory that was added": (
        "0, NVIDIA GeForce RTX 2080 Ti, 22528 MiB, 100 MiB",
        "22,528 MiB, in the table 11 GB",
    ),
    "no driver": (
        "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that",
        "“NVIDIA-SMI has failed because",
    ),
    "a processor that nobody knows": (
        "NAME  ID  SIZE  PROCESSOR  UNTIL\nqwen3:4b    359d7dd4bcda    3.5 GB    100% NPU     51 seconds from now",
        "“qwen3:4b 359d7dd4bcda 3.5 GB 100% NPU 51 seconds from now”",
    ),
    "nothing": ("  \n", "no output of nvidia-smi"),
}

# what was printed, and by line: our model, its format, GB, percent in main memory, tokens of context
MODELS = {
    "list, tabs": (
        """NAME           \tID          \tSIZE  \tMODIFIED
gemma2:latest  \tff02c3702f32\t5.4 GB\t2 weeks ago
llama3.1:latest\t62757c860e01\t4.7 GB\t2 weeks ago
llama3:latest  \t365c0bd3c000\t4.7 GB\t6 weeks ago
""",
        [
            ("Gemma 2 9B", "Q4_0", 5.4, None, None),
            ("Llama 3.1 8B", "Q4_0", 4.7, None, None),
            ("Llama 3 8B", "Q4_0", 4.7, None, None),
        ],
    ),
    "list, models that are not ours": (
        """NAME                                  ID              SIZE      MODIFIED
qwen3-30b-hermes:latest               70d26e2ff80b    18 GB     2 weeks ago
qwen3:30b-a3b-instruct-2507-q4_K_M    19e422b02313    18 GB     2 weeks ago
qwen3-embedding:0.6b                  ac6da0dfba84    639 MB    4 weeks ago
qwen3:14b                             bdbd181c33f2    9.3 GB    5 weeks ago
""",
        [
            (None, None, 18, None, None),
            ("Qwen3 30B-A3B", "Q4_K_M", 18, None, None),
            (None, None, 0.639, None, None),
            ("Qwen3 14B", None, 9.3, None, None),
        ],
    ),
    "list, sizes that say the format": (
        """NAME               ID              SIZE      MODIFIED
llama3.2:1b        baf6a787fdff    1.3 GB    9 days ago
llama3.2:latest    a80c4f17acd5    2.0 GB    13 days ago
llama2:latest           78e26419b446    3.8 GB    5 minutes ago
mistral:latest          f974a74358d6    4.1 GB    8 minutes ago
qwen2.5vl:7b       5ced39dfa4ba    6.0 GB    7 days ago
""",
        [
            ("Llama 3.2 1B", "Q8_0", 1.3, None, None),
            ("Llama 3.2 3B", "Q4_K_M", 2.0, None, None),
            ("Llama 2 7B", "Q4_0", 3.8, None, None),
            ("Mistral 7B v0.3", "Q4_0", 4.1, None, None),
            (None, None, 6.0, None, None),
        ],
    ),
    "ps, columns by one space": (
        """ollama ps
 NAME                           ID           SIZE  PROCESSOR UNTIL
 llama3.1:8b-instruct-q8_0      9b90f0f552e7 22 GB 100% GPU  27 seconds from now
 root@272875ddc015:~# nvidia-smi
""",
        [("Llama 3.1 8B", "Q8_0", 22, 0, None)],
    ),
    "ps of 2024, twice": (
        """NAME            ID              SIZE    PROCESSOR       UNTIL
llama3:70b      be39eb53a197    41 GB   42%/58% CPU/GPU 4 minutes from now

NAME            ID              SIZE    PROCESSOR       UNTIL
llama3:latest   a6990ed6be41    5.4 GB  100% GPU        4 minutes from now
""",
        [(None, None, 41, 42, None), (None, None, 5.4, 0, None)],
    ),
    "ps, a part in main memory": (
        """NAME                         ID              SIZE      PROCESSOR          UNTIL
llama3.1:8b-instruct-q8_0    b158ded76fa0    9.7 GB    21%/79% CPU/GPU    4 minutes from now
""",
        [("Llama 3.1 8B", "Q8_0", 9.7, 21, None)],
    ),
    "ps, no identifier": (
        """NAME                          SIZE      PROCESSOR          UNTIL
qwen2.5:3b-instruct-q4_K_M     3.2 GB    39%/61% CPU/GPU    4 minutes from now
""",
        [("Qwen2.5 3B", "Q4_K_M", 3.2, 39, None)],
    ),
    "ps of 2025, with a context": (
        """PS C:\\Users\\Administrator> ollama ps
NAME        ID              SIZE      PROCESSOR    CONTEXT    UNTIL
qwen3:4b    359d7dd4bcda    3.5 GB    100% CPU     4096       51 seconds from now
""",
        [("Qwen3 4B", None, 3.5, 100, 4096)],
    ),
    "ps of 2026, with a runner": (
        """NAME           ID              SIZE      PROCESSOR          CONTEXT    RUNNER      UNTIL
llama3.2:3b    a80c4f17acd5    2.9 GB    30%/70% CPU/GPU    4096       llamacpp    4 minutes from now
""",
        [("Llama 3.2 3B", None, 2.9, 30, 4096)],
    ),
    "ps, for ever": (
        """$ ollama ps
NAME             ID              SIZE     PROCESSOR          UNTIL
llama4:latest    4f01ed6b6e01    70 GB    83%/17% CPU/GPU    Forever
""",
        [(None, None, 70, 83, None)],
    ),
}
