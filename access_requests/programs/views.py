"""CMS switches programs on. Before anything is written, the page says who is affected."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access_requests.models import Role
from access_requests.programs import changes, steps
from access_requests.programs.dates import sentence
from access_requests.programs.effects import ProgramEffects
from access_requests.programs.forms import ProgramForm
from accounts import kept_forms, second_factor
from accounts.cms_only import reviewers_only
from accounts.http import person_of
from providers.models import Program, Provider


@reviewers_only
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    open_ones = Provider.objects.filter(closed_on=None).order_by()
    by_kind = dict(open_ones.values_list("kind").annotate(n=Count("pk")))
    programs = [
        {
            "program": program,
            "sentence": sentence(program, now),
            "kinds": [changes.kind_label(kind) for kind in program.kinds],
            "ccns": sum(by_kind.get(kind, 0) for kind in program.kinds),
            "tag": _tag(program, now),
        }
        for program in Program.objects.order_by("-onboarded", "pso_opens_at", "name")
    ]
    context = {"programs": programs, "roles": Role.objects.all()}
    return render(request, "programs/list.html", context)


def _tag(program: Program, now: datetime) -> tuple[str, str]:
    """The colour and the word of the program's state."""
    if not program.onboarded:
        return "closed", _("Not onboarded")
    if program.general_opens_at and program.general_opens_at <= now:
        return "open", _("Open to everyone")
    if program.pso_opens_at and program.pso_opens_at <= now:
        return "info", _("Open to PSOs")
    if program.pso_opens_at:
        return "waiting", _("Opens later")
    return "warning", _("Not switched on")


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader, code: _("Change a program"))
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """GET: the form. POST: the preview; with `save`, the change; with `back`, the form again."""
    program = get_object_or_404(Program, code=code)
    if request.method != "POST":
        return _form(request, program, ProgramForm(program=program))
    if "save" in request.POST:
        second_factor.require_fresh(request)
    form = ProgramForm(request.POST, program=program)
    if not form.is_valid():
        return _form(request, program, form, status=422)
    if "back" in request.POST:
        return _form(request, program, form, seen=request.POST.get("seen", ""))
    try:
        changes.require_as_seen(program, request.POST.get("seen", ""))
        if "save" in request.POST:
            return _save(request, program, form)
    except changes.ChangedMeanwhile as meanwhile:
        row = Program.objects.get(code=code)
        changes.merged(row, form.values(), meanwhile)
        return _form(request, program, ProgramForm(program=row), meanwhile=meanwhile, status=409)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _form(request, program, form, status=422)
    return _preview(request, program, form)


def _form(
    request: HttpRequest,
    program: Program,
    form: ProgramForm,
    *,
    seen: str = "",
    meanwhile: changes.ChangedMeanwhile | None = None,
    status: int = 200,
) -> HttpResponse:
    # After somebody else's change the page shows it: what is sent next has been seen.
    as_sent = request.POST.get("seen", "") if meanwhile is None else ""
    if meanwhile is not None:
        program = Program.objects.get(code=program.code)
    context = {
        "form": form,
        "program": program,
        "sentence": sentence(program, timezone.now()),
        "seen": seen or as_sent or changes.seen(program),
        "meanwhile": meanwhile,
    }
    return render(request, "programs/program_form.html", context, status=status)


def _preview(request: HttpRequest, program: Program, form: ProgramForm) -> HttpResponse:
    now = timezone.now()
    after = Program.objects.get(code=program.code)
    changes.put(after, form.values())
    found = changes.between(changes.values_of(program), changes.values_of(after))
    if not found:
        messages.info(request, _("Nothing has been changed: all is as it was."))
        return redirect("programs:edit", program.code)
    context = {
        "form": form,
        "program": program,
        "changes": found,
        "sentence": sentence(after, now),
        "effects": ProgramEffects(program, after, now),
        "seen": request.POST["seen"],
    }
    return render(request, "programs/program_preview.html", context)


def _save(request: HttpRequest, program: Program, form: ProgramForm) -> HttpResponse:
    seen = request.POST.get("seen", "")
    values = form.values()
    steps.change_program(program.code, by=person_of(request), values=values, seen=seen)
    messages.success(request, _("%(program)s is changed.") % {"program": values["name"]})
    return redirect("programs:list")
