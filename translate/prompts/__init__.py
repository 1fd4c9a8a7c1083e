"""Prompts: how each family of language models is asked for a translation. Templates and languages are data beside."""

from translate.prompts.budget import output_budget
from translate.prompts.choose import TEMPLATE_NAMES, choose_template, load_template
from translate.prompts.template import Prompt, Template

__all__ = ["TEMPLATE_NAMES", "Prompt", "Template", "choose_template", "load_template", "output_budget"]
