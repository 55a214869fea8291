"""The demo people, in the order in which the sign-in page offers them."""

DEMO_PEOPLE = [
    "cmsreviewer1",
    "cmsreviewer2",
    "pso1",
    "pso2",
    "staff1",
    "staff2",
    "vendor1",
    "agent1",
]
