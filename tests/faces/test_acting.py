"""Does each act reach the engine as it was typed, and is its answer told?"""

import pytest


@pytest.fixture
def begun(peopled):
    """A dyad that has just begun."""
    peopled.done("start", "jumelage", "mentore=amelie", "--as", "gilles")
    return peopled


@pytest.fixture
def under_way(begun):
    """A dyad whose agreement is signed."""
    for line in (
        "set D-1 motif=projet --as amelie",
        "assign D-1 mentor bruno --as gilles",
        "accept D-1 --as bruno",
        "advance D-1 jumeler --as gilles",
        "fill D-1 entente objectifs=Un fin=2026-12-01 --as bruno",
        "sign D-1 entente --as bruno",
        "sign D-1 entente --as amelie",
    ):
        begun.done(*line.split())
    return begun


def told(dyade, *arguments):
    """What tools are answered."""
    return dyade(*arguments, "--format", "json").data


def shown(dyade):
    return told(dyade, "show", "D-1")


def test_a_dyad_begins_with_people_and_fields(peopled):
    ran = peopled("start", "jumelage", "mentore=amelie", "motif=arrivee", "--as", "gilles")

    assert ran.code == 0
    assert ran.out.startswith("✔ D-1 · révision 1")
    assert shown(peopled)["fields"]["motif"] == "arrivee"


def test_a_dyad_begins_from_structured_data(peopled):
    peopled.done("start", "jumelage", "mentore=amelie", "--data", '{"motif": "projet"}', "--as", "gilles")

    assert shown(peopled)["fields"]["motif"] == "projet"


def test_a_refusal_tells_each_clause_and_ends_with_one(begun):
    ran = begun("advance", "D-1", "jumeler", "--as", "gilles")

    assert ran.code == 1
    assert ran.out.startswith("✘ Refusé :")
    assert "Aucun mentor n'est désigné." in ran.out
    assert "Le motif n'est pas inscrit." in ran.out


def test_a_refusal_is_told_in_the_readers_language(begun):
    ran = begun("advance", "D-1", "jumeler", "--as", "gilles", "--lang", "en")

    assert "No mentor has been named." in ran.out


def test_nobody_may_do_what_is_not_listed(begun):
    ran = begun("advance", "D-1", "jumeler", "--as", "amelie")

    assert ran.code == 1
    assert "Responsable" in ran.out


def test_an_offered_role_is_accepted_without_being_named(begun):
    begun.done("assign", "D-1", "mentor", "bruno", "--as", "gilles")
    assert shown(begun)["people"]["mentor"] == [{"person": "bruno", "pending": True}]

    begun.done("accept", "D-1", "--as", "bruno")

    assert shown(begun)["people"]["mentor"] == [{"person": "bruno", "pending": False}]


def test_an_offered_role_may_be_declined(begun):
    begun.done("assign", "D-1", "mentor", "bruno", "--as", "gilles")

    begun.done("decline", "D-1", "mentor", "--as", "bruno")

    assert shown(begun)["people"]["mentor"] == []


def test_there_must_be_an_offer_to_answer(begun):
    assert begun("accept", "D-1", "--as", "bruno").code == 2


def test_a_person_is_replaced_and_taken_away(begun):
    begun.done("replace", "D-1", "mentore", "amelie", "bruno", "--as", "gilles")
    assert shown(begun)["people"]["mentore"][0]["person"] == "bruno"

    begun.done("unassign", "D-1", "mentore", "bruno", "--as", "gilles")

    assert shown(begun)["people"]["mentore"] == []


def test_an_attribute_of_the_pair_is_read_by_its_type(begun):
    ran = begun("assign", "D-1", "mentor", "bruno", "experimente=oui", "--as", "gilles")

    assert "Expérimenté : oui" in ran.out


def test_a_field_is_set_and_emptied(begun):
    begun.done("set", "D-1", "motif=projet", "--as", "amelie")
    assert shown(begun)["fields"]["motif"] == "projet"

    begun.done("set", "D-1", "motif=", "--as", "amelie")

    assert shown(begun)["fields"]["motif"] is None


def test_a_value_that_does_not_fit_is_the_engines_to_refuse(begun):
    assert begun("set", "D-1", "motif=autre_chose", "--as", "amelie").code == 1


def test_a_form_is_filled_from_a_file(under_way):
    file = under_way.folder / "rencontre.yaml"
    file.write_text("date: 2026-09-01\nminutes: 45\nutile: true\n", encoding="utf-8")

    under_way.done("fill", "D-1", "rencontres", "--data", f"@{file}", "--as", "amelie")

    assert shown(under_way)["forms"]["rencontres"][0]["data"]["minutes"] == 45


def test_an_entry_is_confirmed_then_moved_on_then_put_right(under_way):
    under_way.done("fill", "D-1", "rencontres", "date=2026-09-01", "minutes=60", "utile=oui", "--as", "amelie")
    under_way.done("confirm", "D-1", "rencontres", "--as", "gilles")
    under_way.done("step", "D-1", "rencontres", "rembourser", "montant=12,50", "--as", "gilles")
    under_way.done("correct", "D-1", "rencontres", "minutes=50", "--reason", "Faute de frappe", "--as", "gilles")

    [entry] = shown(under_way)["forms"]["rencontres"]
    assert (entry["confirmed_by"], entry["step"], entry["data"]["minutes"]) == (["gilles"], "remboursee", 50)
    assert "Faute de frappe" in under_way("history", "D-1").out


def test_a_correction_says_what_and_why(under_way):
    assert under_way("correct", "D-1", "rencontres", "--reason", "x", "--as", "gilles").code == 2
    assert under_way("correct", "D-1", "rencontres", "minutes=5", "--as", "gilles").code == 2


def test_a_signature_may_be_withdrawn_while_others_are_wanted(begun):
    for line in (
        "set D-1 motif=projet --as amelie",
        "assign D-1 mentor bruno --as gilles",
        "accept D-1 --as bruno",
        "advance D-1 jumeler --as gilles",
        "fill D-1 entente objectifs=Un fin=2026-12-01 --as bruno",
        "sign D-1 entente --as bruno",
        "unsign D-1 entente --as bruno",
    ):
        begun.done(*line.split())

    assert shown(begun)["forms"]["entente"][0]["signed_by"] == []


def test_a_joint_act_says_who_is_wanted_and_may_be_taken_back(under_way):
    first = under_way("advance", "D-1", "terminer", "--as", "bruno")
    assert first.code == 0
    assert "En attente de : Personne mentorée" in first.out or "En attente de : Amélie Essai" in first.out

    under_way.done("withdraw", "D-1", "terminer", "--as", "bruno")

    assert shown(under_way)["state"] == "en_cours"


def test_what_should_hold_is_told_before_the_act_lasts(under_way):
    under_way.done("advance", "D-1", "terminer", "--as", "bruno")

    ran = under_way("advance", "D-1", "terminer", "--as", "amelie")

    assert ran.code == 0
    assert "! Rencontres : 0 sur 3" in ran.out
    assert shown(under_way)["outcome"] == "success"


def test_a_clause_is_lifted_with_a_reason(begun):
    begun.done("assign", "D-1", "mentor", "bruno", "--as", "gilles")
    begun.done("accept", "D-1", "--as", "bruno")

    begun.done("waive", "D-1", "jumeler", "motif_inscrit", "--reason", "Urgence", "--as", "gilles")

    assert begun("advance", "D-1", "jumeler", "--as", "gilles").code == 0


def test_an_input_is_given_with_the_event(under_way):
    refused = under_way("advance", "D-1", "prolonger", "nouvelle_fin=2026-10-01", "--as", "gilles")
    assert refused.code == 1
    assert "2026-12-01" in refused.out

    under_way.done("advance", "D-1", "prolonger", "nouvelle_fin=2027-01-15", "--as", "gilles")

    assert shown(under_way)["fields"]["fin"] == "2027-01-15"


def test_the_same_id_counts_once(begun):
    first = told(begun, "set", "D-1", "motif=projet", "--as", "amelie", "--id", "a1")
    again = told(begun, "set", "D-1", "motif=projet", "--as", "amelie", "--id", "a1")
    other = begun("set", "D-1", "motif=arrivee", "--as", "amelie", "--id", "a1", "--format", "json")

    assert first["revision"] == again["revision"] == 2
    assert (other.code, other.data["outcome"]) == (3, "command_reused")


def test_a_stale_revision_is_a_conflict(begun):
    ran = begun("set", "D-1", "motif=projet", "--as", "amelie", "--expects", "7")

    assert ran.code == 3
    assert "révision 1" in ran.err


def test_a_paper_is_recorded_for_someone_on_its_day(under_way):
    """The little program delegates nothing: what reaches the engine is told by its refusal."""
    ran = under_way("fill", "D-1", "rencontres", "date=2026-09-01", "minutes=5", "utile=oui", "--as", "gilles",
                    "--for", "amelie")  # fmt: skip

    assert ran.code == 1
    assert "Personne ne peut inscrire pour Amélie Essai" in ran.out


def test_a_day_to_come_is_refused(under_way):
    assert under_way("sign", "D-1", "entente", "--as", "amelie", "--on", "2030-01-01").code == 1


@pytest.mark.parametrize(
    "command",
    [
        "advance D-9 jumeler --as gilles",
        "show D-9",
        "start nope --as gilles",
        "fill D-1 nope x=1 --as amelie",
        "why D-1 nope",
        "person show nope",
    ],
)
def test_what_does_not_exist_is_a_usage_error(begun, command):
    ran = begun(*command.split())

    assert ran.code == 2
    assert ran.err.startswith("Erreur : ")


def test_a_store_that_is_none_is_trouble(dyade):
    (dyade.folder / "dyade.db").write_bytes(b"not a database" * 100)

    ran = dyade("person", "list")

    assert ran.code == 3
    assert "Traceback" not in ran.err


def test_what_was_typed_and_refused_is_kept_as_a_draft(under_way):
    """The date lies ahead: the entry is refused, and the same command goes on from what was typed."""
    refused = under_way("fill", "D-1", "rencontres", "--as", "amelie", stdin="2099-01-01\n45\noui\n")
    again = under_way.done("fill", "D-1", "rencontres", "--as", "amelie", stdin="2026-09-01\n\n\n")

    assert refused.code == 1
    assert "gardée en ébauche" in refused.out
    assert "[45]" in again.err + again.out
    assert "Minutes : 45" in again.out
