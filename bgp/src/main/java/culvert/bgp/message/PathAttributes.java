package culvert.bgp.message;

import culvert.bgp.message.PathAttribute.Origin;
import culvert.bgp.message.PathAttribute.OriginCode;
import culvert.bgp.message.PathAttribute.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The attributes that many prefixes share: immutable, one of each type, in ascending order of type.
 * Two sets with the same content are equal, so that a table needs each only once.
 */
public final class PathAttributes {
    public static final PathAttributes EMPTY = of(List.of());

    private final PathAttribute[] byType;
    private final int hash;

    private PathAttributes(PathAttribute[] byType) {
        this.byType = byType;
        this.hash = Arrays.hashCode(byType);
    }

    /** A set of these attributes, of which no two have the same type. */
    public static PathAttributes of(Collection<? extends PathAttribute> attributes) {
        PathAttribute[] sorted = attributes.toArray(PathAttribute[]::new);
        Arrays.sort(sorted, Comparator.comparingInt(PathAttribute::typeCode));
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i - 1].typeCode() == sorted[i].typeCode()) {
                throw new IllegalArgumentException(
                        AttributeType.name(sorted[i].typeCode()) + " is there twice");
            }
        }
        return new PathAttributes(sorted);
    }

    public List<PathAttribute> all() {
        return List.of(byType);
    }

    public <A extends PathAttribute> Optional<A> find(Class<A> kind) {
        for (PathAttribute attribute : byType) {
            if (kind.isInstance(attribute)) {
                return Optional.of(kind.cast(attribute));
            }
        }
        return Optional.empty();
    }

    /** ORIGIN; of a set that lacks the mandatory attribute, INCOMPLETE. */
    public OriginCode origin() {
        return find(Origin.class).map(Origin::code).orElse(OriginCode.INCOMPLETE);
    }

    /** AS_PATH; of a set that lacks the mandatory attribute, the empty one. */
    public AsPath asPath() {
        return find(Path.class).map(Path::asPath).orElse(AsPath.EMPTY);
    }

    /** This set with the attribute added, or put in place of one of the same type. */
    public PathAttributes with(PathAttribute attribute) {
        List<PathAttribute> changed = new ArrayList<>(byType.length + 1);
        for (PathAttribute old : byType) {
            if (old.typeCode() != attribute.typeCode()) {
                changed.add(old);
            }
        }
        changed.add(attribute);
        return of(changed);
    }

    public PathAttributes without(Class<? extends PathAttribute> kind) {
        return of(Arrays.stream(byType).filter(a -> !kind.isInstance(a)).toList());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathAttributes that
                && hash == that.hash
                && Arrays.equals(byType, that.byType);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return Arrays.toString(byType);
    }
}
