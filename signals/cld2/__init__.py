"""Group `cld2`: a second opinion on the language, from a model that knows the Niger-Congo languages."""
