package io.isoloss.analysis.runs;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The flat columns of a record whose components are numbers, strings or further such records: {@code
 * size.totalParams} is the column {@code total_params}. The one place where a row becomes a record and back.
 */
public final class RecordColumns<T extends Record> {
    private static final Pattern WORD_STARTS = Pattern.compile("(?<=[a-z])(?=[A-Z]|[0-9]+[a-z])|(?<=[0-9])(?=[A-Z])");

    /** The parts of a record, which Java finds anew, and slowly, at each call. */
    private record Parts(List<RecordComponent> components, List<String> columns, Constructor<?> constructor) {
        static Parts of(Class<?> type) {
            List<RecordComponent> components = List.of(type.getRecordComponents());
            Class<?>[] types = components.stream().map(RecordComponent::getType).toArray(Class<?>[]::new);
            try {
                return new Parts(
                        components,
                        components.stream()
                                .map(component -> columnName(component.getName()))
                                .toList(),
                        type.getDeclaredConstructor(types));
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException("A record without its constructor: " + type, e);
            }
        }
    }

    private static final ClassValue<Parts> PARTS = new ClassValue<>() {
        @Override
        protected Parts computeValue(Class<?> type) {
            return Parts.of(type);
        }
    };

    private final Class<T> type;
    private final Map<String, Class<?>> types;

    public RecordColumns(Class<T> type) {
        Map<String, Class<?>> columns = new LinkedHashMap<>();
        collectTypes(type, columns);
        this.type = type;
        this.types = Collections.unmodifiableMap(columns);
    }

    /** Column names with their Java types (String, Integer, Long or Double), in the order of the components. */
    public Map<String, Class<?>> types() {
        return types;
    }

    /** Column values in the order of the components; null where not measured. */
    public Map<String, Object> flatten(T row) {
        Map<String, Object> values = new LinkedHashMap<>();
        collectValues(row, values);
        return values;
    }

    /**
     * The record whose column values {@code column} gives: a Number or a CharSequence for each name, or null.
     *
     * @throws IllegalArgumentException naming the column, if a value has the wrong type or the record refuses it
     */
    public T assemble(Function<String, Object> column) {
        return type.cast(build(type, column));
    }

    /** {@code flops6nd} to {@code flops_6nd}, {@code co2Grams} to {@code co2_grams}, {@code f1} to itself. */
    static String columnName(String component) {
        return WORD_STARTS.matcher(component).replaceAll("_").toLowerCase(Locale.ROOT);
    }

    private static void collectTypes(Class<?> type, Map<String, Class<?>> columns) {
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.getType().isRecord()) {
                collectTypes(component.getType(), columns);
            } else if (columns.put(columnName(component.getName()), component.getType()) != null) {
                throw new IllegalStateException("Two components for column " + columnName(component.getName()));
            }
        }
    }

    private static void collectValues(Object row, Map<String, Object> values) {
        Parts parts = PARTS.get(row.getClass());
        for (int i = 0; i < parts.components().size(); i++) {
            RecordComponent component = parts.components().get(i);
            Object value = read(component, row);
            if (component.getType().isRecord()) {
                collectValues(value, values);
            } else {
                values.put(parts.columns().get(i), value);
            }
        }
    }

    private static Object read(RecordComponent component, Object row) {
        try {
            return component.getAccessor().invoke(row);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot read component " + component, e);
        }
    }

    private static Object build(Class<?> type, Function<String, Object> column) {
        Parts parts = PARTS.get(type);
        Object[] arguments = new Object[parts.components().size()];
        for (int i = 0; i < arguments.length; i++) {
            Class<?> wanted = parts.components().get(i).getType();
            String name = parts.columns().get(i);
            arguments[i] = wanted.isRecord() ? build(wanted, column) : convert(name, column.apply(name), wanted);
        }
        try {
            return parts.constructor().newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw new IllegalStateException("Cannot construct " + type.getSimpleName(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot construct " + type.getSimpleName(), e);
        }
    }

    private static Object convert(String name, Object value, Class<?> wanted) {
        if (value == null) {
            return null;
        }
        if (wanted == String.class) {
            return value.toString();
        }
        if (!List.of(Integer.class, Long.class, Double.class).contains(wanted)) {
            throw new IllegalStateException("No column type for " + wanted + " of " + name);
        }
        if (!(value instanceof Number number)) {
            throw new IllegalArgumentException("Invalid " + name + " (want a number): " + value);
        }
        if (wanted == Double.class) {
            return number.doubleValue();
        }
        double exact = number.doubleValue();
        if (exact != Math.rint(exact) || (wanted == Integer.class && exact != (int) exact)) {
            throw new IllegalArgumentException("Invalid " + name + " (want a whole number): " + value);
        }
        return wanted == Integer.class ? (Object) number.intValue() : (Object) number.longValue();
    }
}
