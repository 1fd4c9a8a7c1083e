"""The section of a recipe on licences: under which profile they are decided."""

from pydantic import field_validator

from pipelines.recipe.fields import Section, Words

PROFILES = ("open", "permissive", "research-nc", "nd-verbatim", "code-blueoak", "web-open-access")


class LicensingSection(Section):
    """Under which profile licences are decided.

    Attributes:
        profile: One of `PROFILES`, or the path of a YAML file.
        reviews: Files of reviews and overrides: YAML, JSON or CSV.
        removals: A list of ids, addresses and hosts whose documents are left out.
    """

    profile: str = "open"
    reviews: Words = ()
    removals: str | None = None

    @field_validator("reviews", mode="before")
    @classmethod
    def _none_is_no_review(cls, value: object) -> object:
        return () if value is None else value

    @field_validator("profile")
    @classmethod
    def _known_profile(cls, value: str) -> str:
        if value not in PROFILES and not value.endswith((".yaml", ".yml")):
            raise ValueError(f"expected one of {', '.join(PROFILES)}, or the path of a YAML file")
        return value
