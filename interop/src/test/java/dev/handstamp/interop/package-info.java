/// Client libraries of others, unchanged, against the assembled server over real HTTP: what they cannot use is a fault
/// of ours.
package dev.handstamp.interop;
