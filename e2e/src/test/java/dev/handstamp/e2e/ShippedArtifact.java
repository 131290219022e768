package dev.handstamp.e2e;

/// Something of others that is shipped with us: `org.eclipse.jetty:jetty-server` in one version.
record ShippedArtifact(String name, String version) implements Comparable<ShippedArtifact> {

    @Override
    public int compareTo(ShippedArtifact other) {
        int byName = name.compareTo(other.name);
        return byName != 0 ? byName : version.compareTo(other.version);
    }

    @Override
    public String toString() {
        return name + " " + version;
    }
}
