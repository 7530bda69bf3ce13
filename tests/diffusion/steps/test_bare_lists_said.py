"""Lists without a name: what is to be typed for them is said whole, and is a list."""

from __future__ import annotations

import pytest

from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import StepsError


@pytest.mark.parametrize(
    ("text", "spec", "others"),
    [
        ("14.6, 7, 3, 0", "sigmas:14.6, 7, 3, 0", "taus: / timesteps:"),
        ("0.9 0.5 0.1", "taus:0.9 0.5 0.1", "sigmas: / timesteps:"),
        ("999,500,0", "timesteps:999,500,0", "sigmas: / taus:"),
    ],
)
def test_a_list_without_a_name_is_said_whole(text: str, spec: str, others: str) -> None:
    with pytest.raises(StepsError, match=f"write '?{spec}'?, or with {others} before them"):
        StepsSpec.parse(text)
    assert StepsSpec.parse(spec).source == spec.partition(":")[0]
