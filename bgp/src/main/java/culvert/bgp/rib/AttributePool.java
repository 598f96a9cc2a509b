package culvert.bgp.rib;

import culvert.bgp.message.PathAttributes;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/** Keeps one copy of each attribute set, as long as a route needs it. */
final class AttributePool {
    private final Map<PathAttributes, WeakReference<PathAttributes>> sets = new WeakHashMap<>();

    /** The set that all routes with this content share. */
    PathAttributes shared(PathAttributes attributes) {
        WeakReference<PathAttributes> reference = sets.get(attributes);
        @Nullable PathAttributes known = reference == null ? null : reference.get();
        if (known != null) {
            return known;
        }
        sets.put(attributes, new WeakReference<>(attributes));
        return attributes;
    }
}
