package dev.handstamp.server.domain.client;

/// What the value of a member of client metadata is made of, for a form that asks for it.
public enum MemberKind {
    TEXT,
    ADDRESS,
    SECONDS,
    /// One of what [ClientMember#choices()] lists.
    CHOICE,
    /// True or false; false says no more than nothing.
    FLAG,
    TEXTS,
    ADDRESSES,
    /// A JSON object.
    OBJECT
}
