"""What may be decided about a document, and the named reasons for it."""

from collections.abc import Mapping
from enum import StrEnum


class Status(StrEnum):
    """What is decided about a document, from best to worst."""

    ALLOW = "allow"
    ALLOW_WITH_OBLIGATIONS = "allow_with_obligations"
    QUARANTINE = "quarantine"
    DENY = "deny"


ALLOWED = frozenset({Status.ALLOW, Status.ALLOW_WITH_OBLIGATIONS})


class Reason(StrEnum):
    """Why a status is what it is; `REASON_MEANINGS` says it in a sentence."""

    NONCOMMERCIAL = "noncommercial"
    NO_DERIVATIVES = "no_derivatives"
    INVARIANT_SECTIONS = "invariant_sections"
    USE_RESTRICTED = "use_restricted"
    RESERVED = "reserved"
    ALL_RIGHTS_RESERVED = "all_rights_reserved"
    INCOMPATIBLE_SHARE_ALIKE = "incompatible_share_alike"
    OUTSIDE_PROFILE = "outside_profile"
    MODEL_OUTPUT = "model_output"
    OPTED_OUT = "opted_out"
    POSSIBLE_LAUNDERING = "possible_laundering"
    RESERVED_IN_TEXT = "reserved_in_text"
    OTHERS_WORK = "others_work"
    OTHER_HOLDER = "other_holder"
    RECENT_PUBLIC_DOMAIN = "recent_public_domain"
    PACKAGE_LICENSE = "package_license"
    STRICTER_DUPLICATE = "stricter_duplicate"
    INCOMPLETE = "incomplete"
    REVIEWED = "reviewed"
    OVERRIDDEN = "overridden"
    NO_LICENSE = "no_license"
    UNKNOWN_LICENSE = "unknown_license"
    AMBIGUOUS_LICENSE = "ambiguous_license"
    UNLISTED_LICENSE = "unlisted_license"
    CONFLICT = "conflict"
    WEAK_EVIDENCE = "weak_evidence"


REASON_MEANINGS: Mapping[Reason, str] = {
    Reason.NONCOMMERCIAL: "the licence permits no commercial use",
    Reason.NO_DERIVATIVES: "the licence permits no sharing of adaptations",
    Reason.INVARIANT_SECTIONS: "parts of the text are invariant under the GFDL and may not be altered or translated",
    Reason.USE_RESTRICTED: "the licence limits who may use the text or what for",
    Reason.RESERVED: "the licence lets one site distribute the text and nobody else",
    Reason.ALL_RIGHTS_RESERVED: "the text says that no rights are granted",
    Reason.INCOMPATIBLE_SHARE_ALIKE: "the share-alike licences of the parts allow no common licence for the whole",
    Reason.OUTSIDE_PROFILE: "the profile does not accept this kind of licence",
    Reason.MODEL_OUTPUT: "the licence of the model that wrote the text limits what may be done with it",
    Reason.OPTED_OUT: "a machine-readable signal reserves the text (robots, AIPREF, TDM reservation, RSL)",
    Reason.POSSIBLE_LAUNDERING: "the same text stands elsewhere in the corpus under terms that the profile refuses",
    Reason.RESERVED_IN_TEXT: "the text itself keeps all rights or forbids copies, against the licence stated for it",
    Reason.OTHERS_WORK: "title or address name a kind of work that others own: lyrics, transcripts, subtitles, e-books",
    Reason.OTHER_HOLDER: "the text's copyright notice names an agency or publisher that the site does not belong to",
    Reason.RECENT_PUBLIC_DOMAIN: "claimed to be in the public domain, but its year or its author's death is too recent",
    Reason.PACKAGE_LICENSE: "the licence is that of a package whose content is others' work",
    Reason.STRICTER_DUPLICATE: "allowed, under the joint terms of all copies, since a copy states other terms",
    Reason.INCOMPLETE: "only a part of the text is here, and the licence permits no sharing of adaptations",
    Reason.REVIEWED: "allowed, as a review of the source's terms says",
    Reason.OVERRIDDEN: "allowed, as an operator decided it, with a reason",
    Reason.NO_LICENSE: "no licence is declared and nothing else says which it is",
    Reason.UNKNOWN_LICENSE: "a licence is declared that is not understood",
    Reason.AMBIGUOUS_LICENSE: "the declared licence may be one of several, or is a guess",
    Reason.UNLISTED_LICENSE: "the licence or its exception is named properly, but what it asks is not recorded",
    Reason.CONFLICT: "the evidence names licences that ask different things",
    Reason.WEAK_EVIDENCE: "only weak evidence (E4 to E6, or none) supports the licence",
}
