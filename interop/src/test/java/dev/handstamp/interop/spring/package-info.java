/// Two applications of Spring Boot, as its own documentation would have them: one that logs users in, and an API.
package dev.handstamp.interop.spring;
