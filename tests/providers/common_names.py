"""The commonest American first names and surnames (Census Bureau, 1990), the commonest first."""

from __future__ import annotations

import random

FIRST_NAMES = """
mary james patricia john linda robert barbara michael elizabeth william jennifer david maria
richard susan charles margaret joseph dorothy thomas lisa christopher nancy daniel karen
paul betty mark helen donald sandra george donna kenneth carol steven ruth edward sharon
brian michelle ronald laura anthony sarah kevin kimberly jason deborah matthew jessica gary
shirley timothy cynthia jose angela larry melissa jeffrey brenda frank amy scott anna eric
rebecca stephen virginia andrew kathleen raymond pamela gregory martha joshua debra jerry
amanda dennis stephanie walter carolyn patrick christine peter marie harold janet douglas
catherine henry frances carl ann arthur joyce ryan diane roger alice joe julie juan heather
jack teresa albert doris jonathan gloria justin evelyn terry jean gerald cheryl keith
mildred samuel katherine willie joan ralph ashley lawrence judith nicholas rose roy janice
benjamin kelly bruce nicole brandon judy adam christina harry kathy fred theresa wayne
beverly billy denise steve tammy louis
""".split()

SURNAMES = """
smith johnson williams jones brown davis miller wilson moore taylor anderson thomas jackson
white harris martin thompson garcia martinez robinson clark rodriguez lewis lee walker hall
allen young hernandez king wright lopez hill scott green adams baker gonzalez nelson carter
mitchell perez roberts turner phillips campbell parker evans edwards collins stewart sanchez
morris rogers reed cook morgan bell murphy bailey rivera cooper richardson cox howard ward
torres peterson gray ramirez james watson brooks kelly sanders price bennett wood barnes
ross henderson coleman jenkins perry powell long patterson hughes flores washington butler
simmons foster gonzales bryant alexander russell griffin diaz hayes myers ford hamilton
graham sullivan wallace woods cole west jordan owens reynolds fisher ellis harrison gibson
mcdonald cruz marshall ortiz gomez murray freeman wells webb simpson stevens tucker porter
hunter hicks crawford henry boyd mason morales kennedy warren dixon ramos reyes burns gordon
shaw holmes rice robertson hunt black daniels
""".split()


def user_ids(how_many: int, seed: int = 1990) -> list[str]:
    """As people make them of their names: jsmith1, johnsmith, smithjohn, johnqsmith, john1985."""
    choice = random.Random(seed)
    made: list[str] = []
    while len(made) < how_many:
        first, last = choice.choice(FIRST_NAMES), choice.choice(SURNAMES)
        middle, digits = choice.choice("abcdefghjklmnprstw"), str(choice.randint(1, 99))
        forms = [
            first + last,
            last + first,
            first + middle + last,
            first[0] + last,
            last + first[0],
            first + last[0] + digits,
            first[0] + last + digits,
            first + last + digits,
            last + digits,
            first + str(choice.randint(1950, 2005)),
        ]
        user_id = choice.choice(forms)
        if len(user_id) >= 6:
            made.append(user_id)
    return made
