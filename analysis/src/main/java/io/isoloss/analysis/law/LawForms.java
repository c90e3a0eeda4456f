package io.isoloss.analysis.law;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The forms by name. */
public final class LawForms {
    /** What a form needs to be told before it can be fitted. */
    public enum Need {
        NOTHING,
        /** Which of N, D and C it is a law of. */
        VARIABLE,
        /** A fitted surface that it holds fixed. */
        BASE
    }

    @FunctionalInterface
    private interface Maker {
        LawForm make(Variable variable, LossSurface base);
    }

    private record Entry(Need need, Maker maker) {}

    private static final Map<String, Entry> FORMS = forms();

    private LawForms() {}

    private static Map<String, Entry> forms() {
        Map<String, Entry> forms = new LinkedHashMap<>();
        forms.put(Chinchilla.NAME, plain(Chinchilla.FORM));
        forms.put(GeneralChinchilla.NAME, plain(GeneralChinchilla.FORM));
        forms.put(OverTraining.NAME, plain(OverTraining.FORM));
        forms.put(Kaplan.NAME, plain(Kaplan.FORM));
        forms.put(PowerLaw.NAME, new Entry(Need.VARIABLE, (x, base) -> PowerLaw.form(x)));
        forms.put(PowerLawFloor.NAME, new Entry(Need.VARIABLE, (x, base) -> PowerLawFloor.form(x)));
        for (int breaks = 1; breaks <= BrokenPowerLaw.MOST_BREAKS; breaks++) {
            int count = breaks;
            forms.put(BrokenPowerLaw.name(count), new Entry(Need.VARIABLE, (x, base) -> BrokenPowerLaw.form(x, count)));
        }
        forms.put(M4.NAME, new Entry(Need.VARIABLE, (x, base) -> M4.form(x)));
        forms.put(DataConstrained.NAME, new Entry(Need.BASE, (x, base) -> DataConstrained.form(singleEpoch(base))));
        forms.put(Precision.NAME, plain(Precision.FORM));
        forms.put(Sparsity.NAME, plain(Sparsity.FORM));
        forms.put(Distillation.NAME, new Entry(Need.BASE, (x, base) -> Distillation.form(base)));
        forms.put(ExponentialError.NAME, plain(ExponentialError.FORM));
        forms.put(SigmoidError.NAME, plain(SigmoidError.FORM));
        return forms;
    }

    private static Chinchilla singleEpoch(LossSurface base) {
        if (base instanceof Chinchilla chinchilla) {
            return chinchilla;
        }
        if (base instanceof OverTraining tied) {
            return tied.asChinchilla();
        }
        throw new IllegalArgumentException(
                "Invalid single-epoch law (want " + Chinchilla.NAME + " or " + OverTraining.NAME + "): " + base.name());
    }

    private static Entry plain(LawForm form) {
        return new Entry(Need.NOTHING, (x, base) -> form);
    }

    /** The names that {@link #named} takes, simplest of each family first. */
    public static List<String> names() {
        return List.copyOf(FORMS.keySet());
    }

    /**
     * What the form needs.
     *
     * @throws IsolossException of kind BAD_INPUT if no form has that name
     */
    public static Need need(String name) {
        return entry(name).need();
    }

    /**
     * The form of that name.
     *
     * @param variable PARAMS, TOKENS or FLOPS for a law of one variable; null if not given, ignored by other laws
     * @param base the surface that data-constrained and distillation hold fixed; null if not given, ignored by others
     * @throws IsolossException of kind BAD_INPUT if no form has that name, or it needs what is not given
     */
    public static LawForm named(String name, Variable variable, LossSurface base) {
        Entry entry = entry(name);
        if (entry.need() == Need.VARIABLE && variable == null) {
            throw bad("Cannot fit " + name + ": it is a law of one variable; say which: params, tokens or flops.");
        }
        if (entry.need() == Need.BASE && base == null) {
            throw bad("Cannot fit " + name + ": it holds a fitted surface fixed; give one, such as a chinchilla law.");
        }
        try {
            return entry.maker().make(variable, base);
        } catch (IllegalArgumentException e) {
            throw bad("Cannot fit " + name + ": " + e.getMessage() + ".");
        }
    }

    private static Entry entry(String name) {
        Entry entry = FORMS.get(name);
        if (entry == null) {
            throw bad("Cannot fit the law '" + name + "': there is none; did you mean " + nearest(name) + "? Laws: "
                    + String.join(", ", FORMS.keySet()) + ".");
        }
        return entry;
    }

    private static String nearest(String name) {
        LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
        return FORMS.keySet().stream()
                .min(Comparator.comparing(known -> distance.apply(name, known)))
                .orElseThrow();
    }

    private static IsolossException bad(String message) {
        return new IsolossException(Kind.BAD_INPUT, message);
    }
}
