"""Stand-ins for Klaviyo and for a commercetools shop: a process of their own, spoken to by HTTP.

They know nothing of the rest of the project, so that what agrees with them agrees for a reason.
"""
