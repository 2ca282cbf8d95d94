"""Distillation: a student learns from the answers of a teacher, not only from labels.

Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network" (2015), §2. Logits [n, classes]; losses are
means over the pictures.
"""

from torch import Tensor, nn
from torch.nn import functional as F


def softened(logits: Tensor, temperature: float) -> Tensor:
    """Probabilities [n, classes] at a temperature: the higher, the more of what the teacher holds for possible
    shows."""
    return F.softmax(logits / temperature, dim=1)


def soft_targets(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """T² · KL(teacher ‖ student) of softened probabilities, in nats. T² keeps its gradient as large as that of
    labels. `temperature`: T."""
    known, learnt = (F.log_softmax(logits / temperature, dim=1) for logits in (teacher, student))
    return temperature**2 * (known.exp() * (known - learnt)).sum(1).mean()


def match_logits(student: Tensor, teacher: Tensor) -> Tensor:
    """½ ‖student − teacher‖² of the logits: Ba and Caruana, "Do Deep Nets Really Need to be Deep?" (2014), §2.2."""
    return 0.5 * (student - teacher).square().sum(1).mean()


def hints(student: Tensor, teacher: Tensor, regressor: nn.Module) -> Tensor:
    """½ ‖regressor(student) − teacher‖² of features [n, channels]; the regressor is learnt too, and thrown away.

    Romero et al., "FitNets" (2015), §2.2; here with the last map of each network, averaged over its places.
    """
    return 0.5 * (regressor(student) - teacher).square().sum(1).mean()


def attention(maps: Tensor, side: int) -> Tensor:
    """Where a network looks: squares of a map [n, channels, h, w] summed over channels, brought to side × side places
    and to length 1: [n, side²]. Zagoruyko and Komodakis, "Paying More Attention to Attention" (2017), §3.1.

    `maps`: float32 [n, channels, h, w].
    """
    places = F.interpolate(maps.square().sum(1, keepdim=True), (side, side), mode="bilinear", antialias=False)
    return F.normalize(places.flatten(1), dim=1)


def match_attention(student: Tensor, teacher: Tensor) -> Tensor:
    """‖student − teacher‖ of where they look, [n, places]: eq. 2 there."""
    return (student - teacher).norm(dim=1).mean()


def combined(labels: Tensor, teacher: Tensor, alpha: float) -> Tensor:
    """What is minimised: (1 − α) · loss on labels + α · loss on the teacher."""
    return (1 - alpha) * labels + alpha * teacher


def missing_bias(logits: Tensor, label: int, share: float) -> Tensor:
    """What to add to the bias of a class so that it wins on this share of the pictures. No label is looked at.

    Hinton et al., §3, found such a bias for a digit that the student had never been shown.
    """
    rest = logits.clone()
    rest[:, label] = -float("inf")
    return (rest.max(1).values - logits[:, label]).quantile(share)
