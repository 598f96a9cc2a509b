package culvert.config;

import java.util.Comparator;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * A place in the file.
 *
 * @param line from 1
 * @param column from 1, in characters
 */
record Position(int line, int column) implements Comparable<Position> {
    static final Position START = new Position(1, 1);

    /** The file as a whole: it could not be read. */
    static final Position WHOLE_FILE = new Position(0, 0);

    private static final Comparator<Position> FILE_ORDER =
            Comparator.comparingInt(Position::line).thenComparingInt(Position::column);

    static Position of(Mark mark) {
        return new Position(mark.getLine() + 1, mark.getColumn() + 1);
    }

    @Override
    public int compareTo(Position other) {
        return FILE_ORDER.compare(this, other);
    }
}
